namespace MuSc.Scoring.Metrics;

/// <summary>Where a <see cref="PixelAccumulator"/> rests its pixels, about two bytes each; thread-safe.</summary>
public interface IRunStore
{
    /// <summary>Keeps some bytes.</summary>
    /// <returns>The position of the first one.</returns>
    long Write(ReadOnlySpan<byte> run);

    /// <summary>Reads some of the bytes that were kept together.</summary>
    /// <param name="position">Of the first one to read.</param>
    /// <param name="bytes">Is filled wholly.</param>
    void Read(long position, Span<byte> bytes);
}

/// <summary>
/// Where one image's pixels lie in a store. They are sorted into bins by the upper 16 bits of <see cref="FloatOrder.Key"/>; what is
/// stored is the lower 16 bits: of the normal pixels, then of the anomalous ones, then these ones' coverage (8 bytes each).
/// </summary>
/// <param name="Start">Position of the first byte.</param>
/// <param name="Bins">The bins that hold a pixel, ascending.</param>
/// <param name="Negatives">Normal pixels below each bin, and one entry more for all.</param>
/// <param name="Positives">Anomalous pixels below each bin, and one entry more for all.</param>
internal sealed record PixelRun(long Start, ushort[] Bins, int[] Negatives, int[] Positives)
{
    public const int LowBytes = sizeof(ushort);
    public const int CoverageBytes = sizeof(ulong);

    /// <summary>First byte of the anomalous pixels' lower bits.</summary>
    public int PositiveStart => LowBytes * Negatives[^1];

    /// <summary>First byte of their coverage.</summary>
    public int CoverageStart => PositiveStart + (LowBytes * Positives[^1]);

    /// <summary>Bytes that a run takes.</summary>
    public static int Length(int negatives, int positives) => (LowBytes * (negatives + positives)) + (CoverageBytes * positives);
}

/// <summary>Sorts one image's pixels into bins: a counting pass and a placing pass. Reused, by one thread at a time.</summary>
internal sealed class RunBuilder
{
    private const int BinCount = 1 << 16;
    private readonly int[] _negatives = new int[BinCount];
    private readonly int[] _positives = new int[BinCount];
    private byte[] _bytes = [];

    /// <summary>Lowest score of the image built last.</summary>
    public float Lowest { get; private set; }

    /// <summary>Highest score of the image built last.</summary>
    public float Highest { get; private set; }

    /// <summary>What each bin of the image built last holds, in the order of its bins.</summary>
    public List<ScoreTotals> Totals { get; } = [];

    public PixelRun Build(ReadOnlySpan<float> map, PixelTruth truth, IRunStore store)
    {
        Count(map, truth);
        PixelRun run = Lay();
        int length = PixelRun.Length(run.Negatives[^1], run.Positives[^1]);
        if (_bytes.Length < length)
        {
            _bytes = new byte[length];
        }

        Place(map, truth, run);
        foreach (ushort bin in run.Bins)
        {
            _negatives[bin] = 0;
            _positives[bin] = 0;
        }

        return run with { Start = store.Write(_bytes.AsSpan(0, length)) };
    }

    private void Count(ReadOnlySpan<float> map, PixelTruth truth)
    {
        uint lowest = uint.MaxValue;
        uint highest = 0;
        foreach (float score in map)
        {
            uint key = FloatOrder.Key(score);
            lowest = Math.Min(lowest, key);
            highest = Math.Max(highest, key);
            _negatives[key >> 16]++;
        }

        foreach (int pixel in truth.Positives)
        {
            uint bin = FloatOrder.Key(map[pixel]) >> 16;
            _negatives[bin]--;
            _positives[bin]++;
        }

        Lowest = FloatOrder.Value(lowest);
        Highest = FloatOrder.Value(highest);
    }

    /// <summary>Turns the counts into the directory of a run, and the counters into cursors.</summary>
    private PixelRun Lay()
    {
        List<ushort> bins = [];
        List<int> negatives = [0];
        List<int> positives = [0];
        Totals.Clear();
        for (uint bin = FloatOrder.Key(Lowest) >> 16; bin <= FloatOrder.Key(Highest) >> 16; bin++)
        {
            int binNegatives = _negatives[bin];
            int binPositives = _positives[bin];
            if (binNegatives + binPositives > 0)
            {
                bins.Add((ushort)bin);
                _negatives[bin] = negatives[^1];
                _positives[bin] = positives[^1];
                negatives.Add(negatives[^1] + binNegatives);
                positives.Add(positives[^1] + binPositives);
                Totals.Add(new ScoreTotals(binNegatives, binPositives, 0));
            }
        }

        return new PixelRun(-1, [.. bins], [.. negatives], [.. positives]);
    }

    private void Place(ReadOnlySpan<float> map, PixelTruth truth, PixelRun run)
    {
        Span<ushort> negatives = MemoryMarshal.Cast<byte, ushort>(_bytes.AsSpan(0, run.PositiveStart));
        Span<ushort> positives = MemoryMarshal.Cast<byte, ushort>(_bytes.AsSpan(run.PositiveStart, run.CoverageStart - run.PositiveStart));
        Span<ulong> coverage = MemoryMarshal.Cast<byte, ulong>(_bytes.AsSpan(run.CoverageStart, PixelRun.CoverageBytes * run.Positives[^1]));
        int start = 0;
        for (int i = 0; i < truth.Positives.Length; i++)
        {
            int pixel = truth.Positives[i];
            PlaceNegatives(map[start..pixel], negatives);
            uint key = FloatOrder.Key(map[pixel]);
            int place = _positives[key >> 16]++;
            positives[place] = (ushort)key;
            coverage[place] = truth.Coverage[i];
            start = pixel + 1;
        }

        PlaceNegatives(map[start..], negatives);
        for (int i = 0; i < run.Bins.Length; i++)
        {
            UInt128 sum = 0;
            foreach (ulong share in coverage[run.Positives[i]..run.Positives[i + 1]])
            {
                sum += share;
            }

            Totals[i] = Totals[i] with { Coverage = sum };
        }
    }

    private void PlaceNegatives(ReadOnlySpan<float> scores, Span<ushort> negatives)
    {
        foreach (float score in scores)
        {
            uint key = FloatOrder.Key(score);
            negatives[_negatives[key >> 16]++] = (ushort)key;
        }
    }
}

/// <summary>Turns a float32 into an unsigned number of the same order, so that scores can be counted by their bits.</summary>
internal static class FloatOrder
{
    public static uint Key(float value)
    {
        // Adding zero makes −0 and +0 one score.
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x8000_0000u);
    }

    public static float Value(uint key) =>
        BitConverter.UInt32BitsToSingle(key ^ ((uint)((int)~key >> 31) | 0x8000_0000u));
}
