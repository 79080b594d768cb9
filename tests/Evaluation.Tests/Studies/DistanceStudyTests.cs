using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.Studies;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Evaluation.Tests.Studies;

public sealed class DistanceStudyTests
{
    private const int Scored = 9;
    private const int References = 3;
    private static readonly PatchSetting Usual = new([1, 3, 5], IntervalRange.Default, Reduction.Mean, new(1, 0, ScoringMode.Mutual));

    public static TheoryData<string> Names => [.. Settings.Keys];

    private static Dictionary<string, (PatchSetting Setting, MutualScoringOptions Options)> Settings { get; } = new()
    {
        ["usual"] = (Usual, new()),
        ["one degree"] = (Usual with { Degrees = [3] }, new() { Degrees = [3] }),
        ["all, max"] = (Usual with { Interval = IntervalRange.All, Reduction = Reduction.Max }, new() { Interval = IntervalRange.All, Reduction = Reduction.Max }),
        ["range"] = (Usual with { Interval = IntervalRange.Parse("20%,70%") }, new() { Interval = IntervalRange.Parse("20%,70%") }),
        ["subsets"] = (Usual with { Scorers = new(3, 0, ScoringMode.Mutual) }, new() { Subsets = 3, Seed = 5 }),
        ["2 shots"] = (Usual with { Scorers = new(1, 2, ScoringMode.Mutual) }, new() { References = 2 }),
        ["3 shots, MuSc+"] = (
            Usual with { Interval = IntervalRange.All, Reduction = Reduction.Min, Scorers = new(1, 3, ScoringMode.References) },
            new() { References = 3, Mode = ScoringMode.References }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_gives_the_bits_of_mutual_scoring(string name) => GivesTheBitsOfMutualScoring(name, 1 << 20);

    [Theory]
    [InlineData(0, 9)]
    [InlineData(1 << 20, 1)]
    public void Less_memory_means_more_strips_and_the_same_bits(long bytes, int strips)
    {
        DistanceStudy study = GivesTheBitsOfMutualScoring("usual", bytes);
        Assert.Equal(3L * 2 * strips * (Scored + References), study.Steps);
    }

    private static DistanceStudy GivesTheBitsOfMutualScoring(string name, long bytes)
    {
        using MemoryTokenSource tokens = Tokens();
        (PatchSetting setting, MutualScoringOptions options) = Settings[name];
        using WorkerThreads workers = new(2);
        DistanceStudy study = new(
            tokens, Scored, [.. Settings.Values.Select(value => value.Setting)], subsets => SubsetSplit.Split(Scored, subsets, 5), workers, bytes);

        long steps = 0;
        double[][] scores = study.Score(done => Interlocked.Add(ref steps, done), CancellationToken.None);

        using TokenView view = new(tokens, [.. Enumerable.Range(0, Scored + options.References)]);
        Assert.Equal(MutualScorer.Score(view, options, null, CancellationToken.None), scores[Settings.Keys.ToList().IndexOf(name)]);
        Assert.Equal(study.Steps, steps);
        return study;
    }

    [Fact]
    public void An_image_that_nothing_scores_is_refused()
    {
        using MemoryTokenSource tokens = Tokens();
        using WorkerThreads workers = new(1);

        JobException error = Assert.Throws<JobException>(() => new DistanceStudy(
            tokens, Scored, [Usual with { Scorers = new(Subsets: 6, Shots: 0, ScoringMode.Mutual) }], count => SubsetSplit.Split(Scored, count, 0), workers, 1 << 20));

        Assert.Equal(JobErrorKind.Input, error.Kind);
    }

    private static MemoryTokenSource Tokens()
    {
        FeatureShape shape = new([new StageShape(5, 16), new StageShape(5, 16)], 0);
        FeatureBlock block = FeatureBlock.Allocate(shape, Scored + References);
        Random random = new(11);
        foreach (float[] stage in block.Stages)
        {
            for (int i = 0; i < stage.Length; i++)
            {
                stage[i] = (float)(random.NextDouble() - 0.5);
            }
        }

        return new MemoryTokenSource(shape, [block]);
    }
}
