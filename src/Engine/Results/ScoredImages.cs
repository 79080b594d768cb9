using MuSc.Contracts;
using MuSc.Engine.Plan;
using MuSc.Scoring.Maps;

namespace MuSc.Engine.Results;

/// <summary>
/// A scored set, from which results are written. Anomaly maps are made one at a time when they are asked for: all of them
/// never lie in memory.
/// </summary>
public sealed record ScoredImages
{
    /// <summary>What was asked for.</summary>
    public required ScoringJobSpec Spec { get; init; }

    /// <summary>How it was worked out.</summary>
    public required JobPlan Plan { get; init; }

    /// <summary>What the figures depend on besides the specification.</summary>
    public required RunFacts Facts { get; init; }

    /// <summary>The scored images in the order of the rows of <see cref="PatchScores"/>.</summary>
    public required IReadOnlyList<ScoredImage> Images { get; init; }

    /// <summary>One line for each image of the job, those left out included.</summary>
    public required IReadOnlyList<ImageResult> Lines { get; init; }

    /// <summary>Patches along one side, G.</summary>
    public required int Grid { get; init; }

    /// <summary>Side of an anomaly map in pixels, S.</summary>
    public required int Size { get; init; }

    /// <summary>[N × G·G] in float64.</summary>
    public required double[] PatchScores { get; init; }

    /// <summary>Time of the phases so far.</summary>
    public required Func<IReadOnlyDictionary<JobPhase, TimeSpan>> PhaseTimes { get; init; }

    /// <summary>Patches of an image, P = G².</summary>
    public int Patches => Grid * Grid;

    /// <summary>Makes one image's anomaly map.</summary>
    /// <param name="row">The image's row.</param>
    /// <param name="map">[S × S].</param>
    public void ReadMap(int row, Span<float> map)
        => AnomalyMap.Upsample(PatchScores.AsSpan(checked(row * Patches), Patches), Grid, Size, map);
}
