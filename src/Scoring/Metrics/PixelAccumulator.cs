using System.Collections.Concurrent;
using System.Numerics;

namespace MuSc.Scoring.Metrics;

/// <summary>
/// Pixel metrics over any number of anomaly maps, exact over all their pixels, in memory of about one map for each thread: every map
/// is sorted into bins by the upper half of its float32 bits and put into a store; at the end each bin is split into its distinct
/// scores by counting the lower half. All counts are whole numbers, so the result is the same to the bit whatever the order of the
/// maps and the number of threads.
/// </summary>
/// <param name="store">Where pixels rest meanwhile; it must outlive this object.</param>
public sealed class PixelAccumulator(IRunStore store)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentBag<RunBuilder> _builders = [];
    private readonly List<PixelRun> _runs = [];
    private readonly Dictionary<ushort, ScoreTotals> _bins = [];
    private long _regions;
    private float _lowest = float.PositiveInfinity;
    private float _highest = float.NegativeInfinity;

    /// <summary>Adds one map; any number of threads may do so.</summary>
    /// <param name="map">[H × W] row-major, finite scores; higher is more anomalous.</param>
    /// <param name="truth">Which of its pixels are anomalous.</param>
    /// <exception cref="ArgumentException">The sizes differ, the map is empty, or a score is not finite.</exception>
    public void Add(ReadOnlySpan<float> map, PixelTruth truth)
    {
        if (map.IsEmpty || map.Length != truth.Pixels)
        {
            throw new ArgumentException($"A map of {map.Length} pixels for a mask of {truth.Pixels}.", nameof(map));
        }

        if (map.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
        {
            throw new ArgumentException("A pixel's score is not a finite number.", nameof(map));
        }

        RunBuilder builder = _builders.TryTake(out RunBuilder? used) ? used : new RunBuilder();
        PixelRun run = builder.Build(map, truth, store);
        lock (_lock)
        {
            _runs.Add(run);
            for (int i = 0; i < run.Bins.Length; i++)
            {
                _bins[run.Bins[i]] = _bins.GetValueOrDefault(run.Bins[i]) + builder.Totals[i];
            }

            _regions += truth.Regions;
            _lowest = Math.Min(_lowest, builder.Lowest);
            _highest = Math.Max(_highest, builder.Highest);
        }

        _builders.Add(builder);
    }

    /// <summary>The metrics of everything that was added; not while maps are being added.</summary>
    /// <param name="rateLimit">Highest false-positive rate of PRO, above 0 and at most 1: 0.3, and 0.05 for the sPRO of MVTec LOCO AD.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    /// <param name="cancellationToken">Stops between bins.</param>
    public PixelMetrics Compute(double rateLimit, int threads, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(rateLimit, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rateLimit, 1);
        ushort[] bins = [.. _bins.Keys.OrderDescending()];
        ScoreTotals[] above = new ScoreTotals[bins.Length + 1];
        for (int i = 0; i < bins.Length; i++)
        {
            above[i + 1] = above[i] + _bins[bins[i]];
        }

        ScoreTotals total = above[^1];
        CurveSums[] stretches = new CurveSums[bins.Length];
        SteppedPro stepped = new(_lowest, _highest);
        Parallel.For(
            0,
            bins.Length,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
            () => (Counter: new BinCounter(store), Stepped: new SteppedPro(_lowest, _highest)),
            (i, _, local) =>
            {
                stretches[i] = new(new(total, above[i]), new(total, _regions, rateLimit, above[i]), local.Stepped);
                foreach (PixelRun run in _runs)
                {
                    local.Counter.Count(run, bins[i]);
                }

                local.Counter.Drain(bins[i], ref stretches[i]);
                return local;
            },
            local =>
            {
                lock (_lock)
                {
                    stepped.Join(local.Stepped);
                }
            });
        CurveSums all = new(new(total, default), new(total, _regions, rateLimit, default), stepped);
        foreach (CurveSums stretch in stretches)
        {
            all.Join(stretch);
        }

        return new PixelMetrics(all.Ranking, all.Pro, stepped.Result(total, _regions, rateLimit));
    }
}

/// <summary>
/// Counts the pixels of one bin by the lower 16 bits of their keys, which splits the bin into its distinct scores without sorting and
/// in memory that does not depend on how many pixels it holds. Reused, by one thread at a time.
/// </summary>
/// <param name="store">Where runs lie.</param>
internal sealed class BinCounter(IRunStore store)
{
    private const int Values = 1 << 16;
    private const int ChunkPixels = 1 << 13;
    private readonly long[] _negatives = new long[Values];
    private readonly long[] _positives = new long[Values];
    private readonly UInt128[] _coverage = new UInt128[Values];
    private readonly ulong[] _touched = new ulong[Values / 64];
    private readonly ushort[] _lows = new ushort[ChunkPixels];
    private readonly ulong[] _shares = new ulong[ChunkPixels];

    public void Count(PixelRun run, ushort bin)
    {
        int place = Array.BinarySearch(run.Bins, bin);
        if (place < 0)
        {
            return;
        }

        for (int first = run.Negatives[place]; first < run.Negatives[place + 1]; first += ChunkPixels)
        {
            Span<ushort> lows = _lows.AsSpan(0, Math.Min(ChunkPixels, run.Negatives[place + 1] - first));
            store.Read(run.Start + (PixelRun.LowBytes * first), MemoryMarshal.AsBytes(lows));
            foreach (ushort low in lows)
            {
                _negatives[low]++;
                _touched[low >> 6] |= 1UL << low;
            }
        }

        for (int first = run.Positives[place]; first < run.Positives[place + 1]; first += ChunkPixels)
        {
            int count = Math.Min(ChunkPixels, run.Positives[place + 1] - first);
            CountPositives(run, first, _lows.AsSpan(0, count), _shares.AsSpan(0, count));
        }
    }

    /// <summary>Hands the bin's groups on in descending order of score, and forgets them.</summary>
    public void Drain(ushort bin, ref CurveSums sums)
    {
        for (int word = _touched.Length - 1; word >= 0; word--)
        {
            for (ulong bits = _touched[word]; bits != 0;)
            {
                int bit = BitOperations.Log2(bits);
                bits ^= 1UL << bit;
                int low = (word << 6) | bit;
                sums.Add(new ScoreGroup(FloatOrder.Value(((uint)bin << 16) | (uint)low), _negatives[low], _positives[low], _coverage[low]));
                _negatives[low] = 0;
                _positives[low] = 0;
                _coverage[low] = 0;
            }

            _touched[word] = 0;
        }
    }

    private void CountPositives(PixelRun run, int first, Span<ushort> lows, Span<ulong> shares)
    {
        store.Read(run.Start + run.PositiveStart + (PixelRun.LowBytes * first), MemoryMarshal.AsBytes(lows));
        store.Read(run.Start + run.CoverageStart + (PixelRun.CoverageBytes * first), MemoryMarshal.AsBytes(shares));
        for (int i = 0; i < lows.Length; i++)
        {
            ushort low = lows[i];
            _positives[low]++;
            _coverage[low] += shares[i];
            _touched[low >> 6] |= 1UL << low;
        }
    }
}
