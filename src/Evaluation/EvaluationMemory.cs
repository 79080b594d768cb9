using MuSc.Contracts;
using MuSc.Engine.Mutual;
using MuSc.Engine.Plan;
using MuSc.Features;

namespace MuSc.Evaluation;

/// <summary>What scoring and the ablations of a category may take, once its features are in memory.</summary>
internal static class EvaluationMemory
{
    private const long UsualDistances = 1L << 30;

    /// <summary>What mutual scoring holds at the same time.</summary>
    /// <param name="spec">The evaluation.</param>
    /// <param name="images">Images that score each other.</param>
    /// <param name="shape">What one image has.</param>
    /// <exception cref="JobException">The memory does not suffice.</exception>
    public static ScoringLayout Layout(EvaluationSpec spec, int images, FeatureShape shape)
    {
        if (spec.MemoryBytes is not { } memory)
        {
            return ScoringLayout.Everything;
        }

        ScoringJobSpec job = new() { Degrees = spec.Degrees, Interval = spec.Interval, Threads = spec.Threads, Output = new() { Folder = "." } };
        return JobPlan.Of(job, images, 0, shape, Left(memory)).Layout;
    }

    /// <summary>Bytes for the distances of the ablations.</summary>
    public static long DistanceBytes(EvaluationSpec spec) => spec.MemoryBytes is { } memory ? Math.Min(Left(memory), UsualDistances) : UsualDistances;

    private static long Left(long memory) => memory - MachineMemory.ResidentBytes;
}
