using MuSc.Features.Backbones;
using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>What each patch of a map is averaged with.</summary>
/// <param name="Aggregation">How.</param>
/// <param name="Degrees">Window sizes r, odd: one for uniform means, all of them for means by likeness.</param>
public sealed record Neighbourhood(Aggregation Aggregation, IReadOnlyList<int> Degrees)
{
    /// <summary>Those of a stage's maps, in their order.</summary>
    public static IReadOnlyList<Neighbourhood> Of(Aggregation aggregation, IReadOnlyList<int> degrees) => aggregation == Aggregation.Lnamd
        ? [.. degrees.Select(degree => new Neighbourhood(aggregation, [degree]))]
        : [new(aggregation, degrees)];

    /// <summary>That of the features by which images are compared: of several the smallest, which says most of the patch itself.</summary>
    public static Neighbourhood OfSalient(Aggregation aggregation, IReadOnlyList<int> degrees) =>
        Of(aggregation, degrees).MinBy(neighbourhood => neighbourhood.Degrees[0])!;

    /// <summary>Makes one image's map.</summary>
    /// <param name="tokens">[P × C] of the stage, finite.</param>
    /// <param name="stage">The stage's shape.</param>
    /// <param name="shape">The map's shape: that of the first stage.</param>
    /// <param name="map">[P × C] of the map: rows of unit norm.</param>
    public void Aggregate(ReadOnlySpan<float> tokens, StageShape stage, StageShape shape, Span<float> map)
    {
        if (Aggregation == Aggregation.Lnamd)
        {
            Lnamd.Aggregate(tokens, stage.Grid, stage.Channels, Degrees[0], shape.Grid, shape.Channels, map);
        }
        else
        {
            Snamd.Aggregate(tokens, stage.Grid, stage.Channels, Degrees, Aggregation == Aggregation.SnamdL2, shape.Grid, shape.Channels, map);
        }
    }
}
