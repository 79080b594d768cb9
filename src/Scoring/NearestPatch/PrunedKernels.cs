namespace MuSc.Scoring.NearestPatch;

/// <summary>Makes the pruned kernel of a map from sample tokens.</summary>
internal static class PrunedKernels
{
    // Below so many channels or sample tokens there is nothing to gain, or nothing to judge by.
    private const int FewestChannels = 32;
    private const int FewestTokens = 128;

    /// <summary>The pruned kernel for tokens like the sample, [S × C], or null where the plain one is expected to be as fast.</summary>
    public static INearestPatchKernel? TryCreate(ReadOnlySpan<float> sample, int channels)
    {
        if (channels < FewestChannels || sample.Length / channels < FewestTokens)
        {
            return null;
        }

        TokenBasis basis = Learn(sample, channels);
        return ScreenPlan.Choose(sample, basis) is Screen screen ? new PrunedKernel(basis, screen) : null;
    }

    /// <summary>Floats of an image packed with the largest screens.</summary>
    public static int MostPackedLength(int patches, int channels)
    {
        Screen largest = new(Screen.MostDirections(channels), Screen.TakesBytes(channels));
        return channels < FewestChannels ? 0 : new PrunedLayout(patches, channels, largest, DotTile.Of(VectorWidths.Widest).Width).Length;
    }

    /// <summary>Directions of a sample.</summary>
    public static TokenBasis Learn(ReadOnlySpan<float> sample, int channels) =>
        new(PrincipalDirections.Find(sample, channels, Screen.MostDirections(channels)), channels);
}

/// <summary>What a map's bounds are made of.</summary>
/// <param name="Directions">Leading directions, in float32.</param>
/// <param name="Bytes">
/// Whether what they leave of a token enters in 8 bits a channel (<see cref="ByteDots"/>), or by its length alone.
/// </param>
internal readonly record struct Screen(int Directions, bool Bytes)
{
    /// <summary>More channels than this could leave the range of a 16-bit bound, <see cref="BoundMatrix"/>.</summary>
    private const int MostChannelsInBytes = 4096;

    /// <summary>Float32 channels of a bound: the directions and the lengths.</summary>
    public int Channels => Directions + (Bytes ? 2 : 1);

    /// <summary>Whether 8-bit arithmetic is available for so many channels.</summary>
    public static bool TakesBytes(int channels) => ByteDots.IsSupported && channels <= MostChannelsInBytes;

    /// <summary>No more directions are worth while, whatever the map.</summary>
    public static int MostDirections(int channels) => Math.Min(TakesBytes(channels) ? 16 : 64, channels / 2);

    public override string ToString() => Bytes ? $"{Directions} + bytes" : $"{Directions}";
}

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
        PrunedKernel kernel = new(basis, screen);
        float[] packedRows = new float[kernel.PackedLength(count)];
        float[] packedColumns = new float[packedRows.Length];
        kernel.Pack(rows, count, packedRows);
        kernel.Pack(columns, count, packedColumns);
        SearchCounts counts = kernel.Search(packedRows, count, packedColumns, count, [], [], new float[count], new float[count]);
        return (counts.Best + counts.Rest) * Look(basis.Channels) / ((double)count * count);
    }

    private static double Look(int channels) => LookCost + (channels * LookCostPerChannel);
}
