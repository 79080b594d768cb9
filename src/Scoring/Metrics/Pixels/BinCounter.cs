using System.Numerics;
using System.Runtime.InteropServices;

namespace MuSc.Scoring.Metrics.Pixels;

/// <summary>
/// Counts the pixels of one bin by the lower 16 bits of their keys, which splits the bin into its distinct scores without sorting and
/// in memory that does not depend on how many pixels it holds. Used again and again by one thread at a time.
/// </summary>
internal sealed class BinCounter
{
    private const int Values = 1 << 16;
    private const int ChunkPixels = 1 << 13;
    private readonly long[] _negatives = new long[Values];
    private readonly long[] _positives = new long[Values];
    private readonly UInt128[] _coverage = new UInt128[Values];
    private readonly ulong[] _touched = new ulong[Values / 64];
    private readonly ushort[] _lows = new ushort[ChunkPixels];
    private readonly ulong[] _shares = new ulong[ChunkPixels];

    /// <summary>Counts a run's pixels in a bin.</summary>
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
            run.Store.Read(run.Id, PixelRun.LowBytes * first, MemoryMarshal.AsBytes(lows));
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
        run.Store.Read(run.Id, run.PositiveStart + (PixelRun.LowBytes * first), MemoryMarshal.AsBytes(lows));
        run.Store.Read(run.Id, run.CoverageStart + (PixelRun.CoverageBytes * first), MemoryMarshal.AsBytes(shares));
        for (int i = 0; i < lows.Length; i++)
        {
            ushort low = lows[i];
            _positives[low]++;
            _coverage[low] += shares[i];
            _touched[low >> 6] |= 1UL << low;
        }
    }
}
