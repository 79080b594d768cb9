using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Tiles;

public sealed class MutualScorerTests
{
    private static readonly MutualScoringOptions Plain = new() { Threads = 1, Degrees = [1, 3] };

    [SharedTheory("golden")]
    [InlineData("small", 1, 3, 5)]
    [InlineData("odd", 1, 3, 5)]
    [InlineData("tiny", 1, 3)]
    public void Patch_scores_are_those_of_the_authors_code(string set, params int[] degrees)
    {
        using NpyTokenSource tokens = NpyTokenSource.Open(Shared.At("golden", set, "tokens.npy"));
        double[] scores = MutualScorer.Score(tokens, new() { Degrees = degrees, Threads = 2 }, null, CancellationToken.None);
        double[] expected = NpyFile.ReadDoubles(Shared.At("golden", set, "patch_scores.npy"));
        Assert.Equal(expected.Length, scores.Length);
        Assert.InRange(expected.Zip(scores, (e, s) => Math.Abs(e - s)).Max(), 0, 1e-5);
    }

    [Theory]
    [InlineData(ScoringMode.Mutual, 0, 1)]
    [InlineData(ScoringMode.Mutual, 3, 1)]
    [InlineData(ScoringMode.Mutual, 3, 2)]
    [InlineData(ScoringMode.References, 4, 1)]
    public void Any_layout_and_any_number_of_threads_give_the_same_bits(ScoringMode mode, int references, int subsets)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(23, 4, 7, 2);
        MutualScoringOptions options = Plain with { Mode = mode, References = references, Subsets = subsets, Seed = 5 };
        double[] expected = MutualScorer.Score(tokens, options, null, CancellationToken.None);
        Assert.All(expected, score => Assert.True(double.IsFinite(score) && score > 0));
        foreach (ScoringLayout layout in (ScoringLayout[])[new(1, 1, 1), new(1, 5, 23), new(3, 6, 9), new(4, 4, 100), new(50, 50, 50), new(2, 7, 5)])
        {
            foreach (int threads in (int[])[1, 3])
            {
                Count pairs = new();
                MutualScoringOptions other = options with { Layout = layout, Threads = threads };
                Assert.Equal(expected, MutualScorer.Score(tokens, other, pairs, CancellationToken.None));
                Assert.Equal(MutualScorer.CountPairs(tokens.Images, 2, other), pairs.Last);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void With_so_many_scorers_any_layout_gives_the_average_over_those_near_in_the_ring(int references)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(31 + references, 3, 5, 1);
        MutualScoringOptions options = Plain with { Scorers = 8, Seed = 5, Degrees = [1], References = references };
        double[] scores = MutualScorer.Score(tokens, options, null, CancellationToken.None);
        ScorerRing ring = ScorerRing.Of(31, 8)!;
        int[] order = SubsetSplit.Shuffle(31, 5);
        for (int position = 0; position < 31; position++)
        {
            int[] scorers = [.. Enumerable.Range(0, 31).Where(other => ring.Meets(ring.GroupOf(position, 31), ring.GroupOf(other, 31))).Select(other => order[other]), .. Enumerable.Range(31, references)];
            Assert.InRange(scorers.Length - references, 6, 8);
            using MemoryTokenSource alone = RandomTokens.Make(31 + references, 3, 5, 1, order: [order[position], .. scorers]);
            double[] expected = MutualScorer.Score(alone, options with { Scorers = null, References = scorers.Length, Alone = true }, null, CancellationToken.None);
            Assert.Equal(expected, scores.AsSpan(order[position] * 9, 9).ToArray());
        }

        foreach (ScoringLayout layout in (ScoringLayout[])[new(1, 1, 1), new(2, 5, 23), new(4, 6, 9), new(16, 50, 50)])
        {
            foreach (int threads in (int[])[2, 3])
            {
                Assert.Equal(scores, MutualScorer.Score(tokens, options with { Layout = layout, Threads = threads }, null, CancellationToken.None));
            }
        }

        Assert.NotEqual(scores, MutualScorer.Score(tokens, options with { Seed = 6 }, null, CancellationToken.None));
    }

    [Fact]
    public void The_order_of_images_only_permutes_the_scores()
    {
        int[] order = [.. Enumerable.Range(0, 11).OrderBy(image => (image * 7) % 11)];
        using MemoryTokenSource straight = RandomTokens.Make(11, 3, 5, 2);
        using MemoryTokenSource shuffled = RandomTokens.Make(11, 3, 5, 2, order: order);
        double[] expected = MutualScorer.Score(straight, Plain, null, CancellationToken.None);
        double[] scores = MutualScorer.Score(shuffled, Plain, null, CancellationToken.None);
        for (int image = 0; image < 11; image++)
        {
            Assert.Equal(expected[(order[image] * 9)..((order[image] + 1) * 9)], scores[(image * 9)..((image + 1) * 9)]);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Small_sets_have_finite_scores(int images)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(images, 2, 3, 1);
        double[] scores = MutualScorer.Score(tokens, Plain, null, CancellationToken.None);
        Assert.Equal(images * 4, scores.Length);
        Assert.All(scores, score => Assert.InRange(score, 0, 2));
    }

    [Fact]
    public void One_image_without_a_reference_is_an_error_that_says_why()
    {
        using MemoryTokenSource tokens = RandomTokens.Make(1, 2, 3, 1);
        JobException error = Assert.Throws<JobException>(() => MutualScorer.Score(tokens, Plain, null, CancellationToken.None));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains("nothing scores it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_with_a_reference_is_scored_by_it()
    {
        using MemoryTokenSource tokens = RandomTokens.Make(2, 2, 3, 1);
        double[] mutual = MutualScorer.Score(tokens, Plain with { References = 1 }, null, CancellationToken.None);
        double[] alone = MutualScorer.Score(tokens, Plain with { References = 1, Mode = ScoringMode.References }, null, CancellationToken.None);
        Assert.Equal(4, mutual.Length);
        Assert.Equal(mutual, alone);
    }

    [Fact]
    public void References_alone_give_the_minimum_over_them()
    {
        using MemoryTokenSource three = RandomTokens.Make(5, 2, 3, 1);
        MutualScoringOptions alone = Plain with { Mode = ScoringMode.References, Degrees = [1] };
        double[] all = MutualScorer.Score(three, alone with { References = 2 }, null, CancellationToken.None);
        double[] smallest = [.. Enumerable.Repeat(double.PositiveInfinity, 12)];
        foreach (int reference in (int[])[3, 4])
        {
            using MemoryTokenSource one = RandomTokens.Make(5, 2, 3, 1, order: [0, 1, 2, reference]);
            double[] scores = MutualScorer.Score(one, alone with { References = 1 }, null, CancellationToken.None);
            smallest = [.. smallest.Zip(scores, Math.Min)];
        }

        Assert.Equal(smallest, all);
    }

    [Fact]
    public void Subsets_are_scored_as_if_they_were_alone()
    {
        using MemoryTokenSource all = RandomTokens.Make(9, 3, 4, 1);
        double[] scores = MutualScorer.Score(all, Plain with { Subsets = 2, Seed = 3 }, null, CancellationToken.None);
        foreach (int[] part in SubsetSplit.Split(9, 2, 3))
        {
            using MemoryTokenSource alone = RandomTokens.Make(9, 3, 4, 1, order: part);
            double[] expected = MutualScorer.Score(alone, Plain, null, CancellationToken.None);
            Assert.Equal(expected, part.SelectMany(image => scores[(image * 9)..((image + 1) * 9)]));
        }
    }

    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.Min)]
    [InlineData(Reduction.Max)]
    public void The_interval_and_the_reduction_are_those_asked_for(Reduction reduction)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(4, 1, 6, 1);
        double Score(string interval) => MutualScorer.Score(
            tokens, Plain with { Degrees = [1], Interval = IntervalRange.Parse(interval), Reduction = reduction }, null, CancellationToken.None)[0];
        double[] sorted = [Score("0,1"), Score("1,2"), Score("2,3")];
        Assert.True(sorted[0] <= sorted[1] && sorted[1] <= sorted[2]);
        double expected = reduction switch { Reduction.Min => sorted[0], Reduction.Max => sorted[2], _ => sorted.Average() };
        Assert.Equal(expected, Score("all"), 1e-12);
    }

    [Fact]
    public void Stages_of_other_shapes_are_brought_to_the_first_ones()
    {
        FeatureShape shape = new([new(4, 6), new(2, 12)], 0);
        FeatureBlock block = FeatureBlock.Allocate(shape, 3);
        Random random = new(1);
        foreach (float[] stage in block.Stages)
        {
            Array.ForEach([.. Enumerable.Range(0, stage.Length)], at => stage[at] = random.NextSingle());
        }

        using MemoryTokenSource tokens = new(shape, [block]);
        double[] scores = MutualScorer.Score(tokens, Plain, null, CancellationToken.None);
        Assert.Equal(3 * 16, scores.Length);
        Assert.All(scores, score => Assert.InRange(score, 0, 2));
    }

    [Fact]
    public void Tokens_that_are_not_finite_are_an_input_error_that_names_the_image()
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(2, 3)], 0), 3);
        block.Stage(0, 1)[5] = float.NaN;
        using MemoryTokenSource tokens = new(block.Shape, [block]);
        JobException error = Assert.Throws<JobException>(() => MutualScorer.Score(tokens, Plain, null, CancellationToken.None));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.StartsWith("Image 2, stage 1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_that_are_all_alike_give_one_distance_everywhere()
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(2, 3)], 0), 3);
        using MemoryTokenSource tokens = new(block.Shape, [block]);
        double[] scores = MutualScorer.Score(tokens, Plain, null, CancellationToken.None);
        Assert.All(scores, score => Assert.Equal(Math.Sqrt(2), score, 1e-6));
    }

    [Fact]
    public void Cancelling_stops_between_pairs()
    {
        using CancellationTokenSource cancel = new();
        using MemoryTokenSource tokens = RandomTokens.Make(30, 4, 7, 2);
        Count pairs = new(after: 10, cancel.Cancel);
        MutualScoringOptions options = Plain with { Layout = new(1, 30, 30) };
        Assert.Throws<OperationCanceledException>(() => MutualScorer.Score(tokens, options, pairs, cancel.Token));
        Assert.Equal(10, pairs.Last);
    }

    private sealed class Count(long after = long.MaxValue, Action? then = null) : IProgress<long>
    {
        private readonly Lock _lock = new();

        public long Last { get; private set; }

        public void Report(long value)
        {
            lock (_lock)
            {
                Last = Math.Max(Last, value);
                if (value == after)
                {
                    then?.Invoke();
                }
            }
        }
    }
}
