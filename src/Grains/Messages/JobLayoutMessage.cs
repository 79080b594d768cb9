using MuSc.Engine.Tiles;

namespace MuSc.Grains.Messages;

/// <summary>What owners, extractors and workers of a job have to know.</summary>
[GenerateSerializer, Immutable, Alias("musc.layout")]
public sealed record JobLayoutMessage
{
    [Id(0)] public required int Generation { get; init; }

    [Id(1)] public required ScoringJobSpec Settings { get; init; }

    /// <summary>Images of each block.</summary>
    [Id(2)] public required int[] Counts { get; init; }

    /// <summary>The subset of each block.</summary>
    [Id(3)] public required int[] Subsets { get; init; }

    /// <summary>The first block of references; the number of blocks where there is none.</summary>
    [Id(4)] public required int FirstReference { get; init; }

    /// <summary>Hash of each block's features, once it is known.</summary>
    [Id(5)] public required string?[] Hashes { get; init; }

    [Id(6)] public FeatureShapeMessage? Shape { get; init; }

    /// <summary>Images of a strip at most: of how many images owners hold kept values at the same time.</summary>
    [Id(7)] public required int StripImages { get; init; }

    /// <summary>The job's tiles.</summary>
    /// <exception cref="InvalidOperationException">The features' shape is not known yet.</exception>
    public TilePlan ToPlan()
    {
        List<ImageBlock> blocks = [];
        for (int block = 0; block < Counts.Length; block++)
        {
            blocks.Add(new(block == 0 ? 0 : blocks[block - 1].End, Counts[block], Subsets[block], block >= FirstReference));
        }

        int stages = Shape?.Grids.Length ?? throw new InvalidOperationException("The features' shape is not known yet.");
        return new(stages * Settings.Degrees.Count, blocks, Settings.Mode, StripImages);
    }

    /// <summary>How a block's distances become scores.</summary>
    public KeptValues ToKept(TilePlan plan, int block) => KeptValues.Of(Settings.Mode, Settings.Interval, Settings.Reduction, plan.Scorers(block));

    /// <summary>A map by its number.</summary>
    public MapId Map(int map) => new(map / Settings.Degrees.Count, Settings.Degrees[map % Settings.Degrees.Count]);
}
