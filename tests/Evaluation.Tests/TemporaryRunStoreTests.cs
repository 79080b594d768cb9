using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation.Tests;

public sealed class TemporaryRunStoreTests
{
    [Fact]
    public void Runs_are_read_back_in_parts_from_many_threads()
    {
        using TemporaryRunStore store = new();
        byte[][] runs = [.. Enumerable.Range(0, 40).Select(i => Enumerable.Range(0, 100 * i).Select(at => (byte)(at + i)).ToArray())];
        long[] starts = new long[runs.Length];

        Parallel.For(0, runs.Length, i => starts[i] = store.Write(runs[i]));

        Assert.Equal(runs.Length - 1, starts.Skip(1).Distinct().Count());
        Parallel.For(2, runs.Length, i =>
        {
            byte[] part = new byte[50];
            store.Read(starts[i] + 100, part);
            Assert.Equal(runs[i][100..150], part);
        });
    }

    [Fact]
    public void Metrics_are_the_same_from_memory_and_from_a_file()
    {
        using TemporaryRunStore store = new();
        PixelAccumulator file = new(store);
        PixelAccumulator memory = new(new MemoryRunStore());
        Random random = new(3);
        for (int i = 0; i < 5; i++)
        {
            float[] map = [.. Enumerable.Range(0, 900).Select(_ => (float)random.NextDouble())];
            bool[] mask = [.. Enumerable.Range(0, 900).Select(pixel => pixel / 30 < 4 * i)];
            file.Add(map, PixelTruth.FromMask(mask, 30));
            memory.Add(map, PixelTruth.FromMask(mask, 30));
        }

        PixelMetrics expected = memory.Compute(0.3, 1, CancellationToken.None);

        Assert.NotNull(expected.Pro);
        Assert.Equal(expected, file.Compute(0.3, 2, CancellationToken.None));
    }
}
