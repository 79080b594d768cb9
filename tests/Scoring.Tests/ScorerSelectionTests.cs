using MuSc.Contracts;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests;

public sealed class ScorerSelectionTests
{
    private const int Patches = 5;

    [Theory]
    [InlineData(1, "0%,30%")]
    [InlineData(4, "0%,30%")]
    [InlineData(40, "0%,30%")]
    [InlineData(40, "all")]
    [InlineData(200, "10,60")]
    public void Streaming_gives_what_reducing_everything_gives(int scorers, string text)
    {
        IntervalRange range = IntervalRange.Parse(text);
        float[][] dots = Dots(scorers);
        (int first, int end) = range.Positions(scorers);
        ScorerSelection selection = Select(dots, end);
        for (int patch = 0; patch < Patches; patch++)
        {
            float[] distances = [.. dots.Select(row => PatchDistance.FromDot(row[patch]))];
            Assert.Equal(
                IntervalAverage.Reduce(distances, range, Reduction.Mean), selection.Reduce(patch, first, end, Reduction.Mean));
        }
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter()
    {
        float[][] dots = Dots(50);
        ScorerSelection one = Select(dots, 15);
        ScorerSelection other = Select([.. dots.Reverse()], 15);
        Assert.All(Enumerable.Range(0, Patches), patch => Assert.Equal(
            one.Reduce(patch, 0, 15, Reduction.Mean), other.Reduce(patch, 0, 15, Reduction.Mean)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public void Scorers_that_come_together_count_as_those_that_come_alone(int together)
    {
        // Two whole vectors of patches and a part of one.
        const int patches = 37;
        Random random = new(4);
        float[] dots = [.. Enumerable.Range(0, 60 * patches).Select(_ => random.Next(40) / 40f)];
        ScorerSelection selection = new(new float[patches * ScorerSelection.Capacity(18, 60)], patches, 18, 60);
        foreach (float[] some in dots.Chunk(together * patches))
        {
            selection.Add(some);
        }

        for (int patch = 0; patch < patches; patch++)
        {
            float[] distances = [.. dots.Where((_, at) => at % patches == patch).Select(PatchDistance.FromDot)];
            Assert.Equal(IntervalAverage.ReduceLowest(distances, 0, 18, Reduction.Mean), selection.Reduce(patch, 0, 18, Reduction.Mean));
        }
    }

    [Fact]
    public void More_scorers_than_were_said_are_an_error()
    {
        ScorerSelection selection = Select([[1, 1, 1, 1, 1], [1, 1, 1, 1, 1]], 2);
        Assert.Throws<IndexOutOfRangeException>(() => selection.Add([2, 2, 2, 2, 2]));
    }

    [Fact]
    public void Values_up_to_the_floor_may_be_omitted()
    {
        float[][] dots = Dots(60);
        ScorerSelection all = Select(dots, 10);
        ScorerSelection floored = new(new float[Patches * ScorerSelection.Capacity(10, 60)], Patches, 10, 60);
        foreach (float[] row in dots)
        {
            ReadOnlySpan<float> floors = floored.Floors;
            float[] known = [.. row];
            for (int patch = 0; patch < Patches; patch++)
            {
                known[patch] = row[patch] > floors[patch] ? row[patch] : float.NegativeInfinity;
            }

            floored.Add(known);
        }

        Assert.All(Enumerable.Range(0, Patches), patch => Assert.Equal(
            all.Reduce(patch, 0, 10, Reduction.Mean), floored.Reduce(patch, 0, 10, Reduction.Mean)));
    }

    [Fact]
    public void Begin_goes_on_from_saved_values()
    {
        float[][] dots = Dots(60);
        ScorerSelection whole = Select(dots, 12);
        float[] storage = new float[Patches * ScorerSelection.Capacity(12, 60)];
        ScorerSelection before = new(storage, Patches, 12, 60);
        foreach (float[] row in dots[..31])
        {
            before.Add(row);
        }

        ScorerSelection after = new(new float[storage.Length], Patches, 12, 60);
        for (int patch = 0; patch < Patches; patch++)
        {
            after.Begin(patch, before.Values(patch), [], before.Floors[patch]);
        }

        foreach (float[] row in dots[31..])
        {
            after.Add(row);
        }

        Assert.All(Enumerable.Range(0, Patches), patch => Assert.Equal(
            whole.Reduce(patch, 0, 12, Reduction.Mean), after.Reduce(patch, 0, 12, Reduction.Mean)));
    }

    [Fact]
    public void Values_are_kept_with_their_scorers()
    {
        float[][] dots = Dots(60);
        int capacity = ScorerSelection.Capacity(12, 60);
        ScorerSelection named = new(
            new float[Patches * capacity], Patches, 12, 60, new float[ScorerSelection.NameFloats(Patches * capacity)]);
        foreach ((int scorer, float[] row) in dots.Index().Reverse())
        {
            named.Add(row, [(ushort)(1000 + scorer)]);
        }

        for (int patch = 0; patch < Patches; patch++)
        {
            named.Reduce(patch, 0, 12, Reduction.Mean);
            Assert.InRange(named.Scorers(patch).Length, 12, capacity);
            Assert.Equal(named.Scorers(patch).Length, named.Scorers(patch).ToArray().Distinct().Count());
            Assert.All(named.Values(patch).ToArray().Zip(named.Scorers(patch).ToArray()), kept =>
                Assert.Equal(-dots[kept.Second - 1000][patch], kept.First));
        }
    }

    [Fact]
    public void Values_below_what_is_known_are_not_taken_in()
    {
        ScorerSelection selection = new(new float[ScorerSelection.Capacity(3, 9)], 1, 3, 9);
        selection.Begin(0, [-0.9f, -0.7f], [], floor: 0.7f);
        selection.Add([0.6f, 0.65f]);
        Assert.Equal(2, selection.Counts[0]);
        selection.Add([0.8f]);
        Assert.Equal(3, selection.Counts[0]);
    }

    [Fact]
    public void Too_few_values_are_an_error()
    {
        ScorerSelection selection = Select(Dots(3)[..2], 3);
        Assert.Throws<InvalidOperationException>(() => selection.Reduce(0, 0, 3, Reduction.Mean));
    }

    private static ScorerSelection Select(float[][] dots, int keep)
    {
        int scorers = Math.Max(keep, dots.Length);
        ScorerSelection selection = new(new float[Patches * ScorerSelection.Capacity(keep, scorers)], Patches, keep, scorers);
        foreach (float[] row in dots)
        {
            selection.Add(row);
        }

        return selection;
    }

    /// <summary>Seeded, with many equal values.</summary>
    private static float[][] Dots(int scorers)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, scorers).Select(_ => Enumerable.Range(0, Patches).Select(_ => random.Next(40) / 40f).ToArray())];
    }
}
