using MuSc.Contracts;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>How the images of a token source score each other.</summary>
public sealed record MutualScoringOptions
{
    /// <summary>Aggregation degrees r, odd. The default is 1, 3, 5.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 3, 5];

    /// <summary>The interval of kept values; of no use with <see cref="ScoringMode.References"/>. The default is 0 % to 30 %.</summary>
    public IntervalRange Interval { get; init; } = IntervalRange.Default;

    /// <summary>What becomes of the kept values; of no use with <see cref="ScoringMode.References"/>. The default is their mean.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>Who scores. The default is everybody.</summary>
    public ScoringMode Mode { get; init; } = ScoringMode.Mutual;

    /// <summary>How many images K at the end of the source are references. The default is none.</summary>
    public int References { get; init; }

    /// <summary>Into how many parts the set is split, each scored apart. The default is 1.</summary>
    public int Subsets { get; init; } = 1;

    /// <summary>Seed of the split. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Threads, at least 1; never changes a result. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>What is in memory at the same time; never changes a result. The default is everything.</summary>
    public ScoringLayout Layout { get; init; } = ScoringLayout.Everything;

    /// <summary>Chooses the kernel of each map; never changes a result. The default is the fastest.</summary>
    public KernelChoice Kernel { get; init; } = NearestPatchKernels.ForMap;

    /// <summary>Where snapshots are taken, and from which scoring goes on. The default is nowhere.</summary>
    public ScoringSnapshots? Snapshots { get; init; }

    /// <summary>Told once what an earlier run had done. The default is nobody.</summary>
    public Action<ResumedPairs>? Resumed { get; init; }
}
