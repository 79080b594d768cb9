namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Chooses a map's screen by what it would cost on the sample, one half of it against the other. The unit is one channel of
/// one pair of patches in the plain kernel; the constants were measured beside it (bench/README.md).
/// </summary>
internal static class ScreenPlan
{
    private const double BoundCost = 14;
    private const double BytesCost = 0.28;
    private const double LookCostPerChannel = 26;
    private const double LookCost = 2400;

    // The plain kernel is kept unless pruning promises to take no more of its time: the sample may deceive, and packing
    // takes longer, which small sets do not earn back.
    private const double Promise = 0.8;
    private const int HalfTokens = 512;


    /// <summary>After so many looks at single pairs computing everything is the better way.</summary>
    public static long LooksWorthwhile(int channels, int rows, int columns) =>
        (long)(0.5 * channels / Look(channels) * rows * columns) + (2 * (rows + columns));

    /// <summary>The cheapest screen, or none where computing every dot product costs no more.</summary>
    /// <param name="sample">[S × C]; the halves are taken from both ends.</param>
    /// <param name="basis">The sample's directions.</param>
    public static Screen? Choose(ReadOnlySpan<float> sample, TokenBasis basis)
    {
        int count = Math.Min(HalfTokens, sample.Length / basis.Channels / 2);
        ReadOnlySpan<float> rows = sample[..(count * basis.Channels)];
        ReadOnlySpan<float> columns = sample[^(count * basis.Channels)..];
        double best = Promise * basis.Channels;
        Screen? chosen = null;
        foreach (Screen screen in Screens(basis))
        {
            double bounds = screen.Channels + BoundCost + (screen.Bytes ? BytesCost * basis.Channels : 0);
            if (bounds < best && bounds + Looks(rows, columns, count, basis, screen) is double cost && cost < best)
            {
                (best, chosen) = (cost, screen);
            }
        }

        return chosen;
    }

    private static IEnumerable<Screen> Screens(TokenBasis basis)
    {
        // Bytes beat more directions than few, whose looks and packing take longer.
        Screen[] screens = Screen.TakesBytes(basis.Channels)
            ? [new(8, true), new(8, false), new(16, false)]
            : [new(8, false), new(16, false), new(24, false), new(32, false), new(48, false), new(64, false)];
        return screens.Where(screen => screen.Directions <= basis.Count);
    }

    /// <summary>The cost of looks for each pair of patches.</summary>
    private static double Looks(ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, int count, TokenBasis basis, Screen screen)
    {
        IPrunedKernel kernel = PrunedKernels.Create(basis, screen);
        float[] packedRows = new float[kernel.PackedLength(count)];
        float[] packedColumns = new float[packedRows.Length];
        kernel.Pack(rows, count, packedRows);
        kernel.Pack(columns, count, packedColumns);
        SearchCounts counts = kernel.Search(packedRows, count, packedColumns, count, [], [], new float[count], new float[count]);
        return (counts.Best + counts.Rest) * Look(basis.Channels) / ((double)count * count);
    }

    private static double Look(int channels) => LookCost + (channels * LookCostPerChannel);
}
