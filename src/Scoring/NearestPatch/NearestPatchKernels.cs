namespace MuSc.Scoring.NearestPatch;

/// <summary>Chooses the kernel for a map.</summary>
public static class NearestPatchKernels
{
    /// <summary>How many tokens make a good sample; more change little.</summary>
    public const int SampleTokens = 1024;

    // Below so many channels or sample tokens pruning has nothing to gain, or nothing to judge by.
    private const int FewestChannels = 32;
    private const int FewestTokens = 128;

    /// <summary>
    /// The fastest kernel for tokens like the sample. Which one it is never changes a bit of the results, so a sample may be
    /// any tokens of the map.
    /// </summary>
    /// <param name="sample">
    /// [S × C] tokens of this map, best about <see cref="SampleTokens"/> spread over several images; may be empty.
    /// </param>
    /// <param name="channels">C, at least 1.</param>
    public static INearestPatchKernel ForMap(ReadOnlySpan<float> sample, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sample.Length % channels, 0, nameof(sample));
        if (channels >= FewestChannels && sample.Length / channels >= FewestTokens)
        {
            TokenBasis basis = TokenBasis.Learn(sample, channels);
            if (ScreenPlan.Choose(sample, basis) is Screen screen)
            {
                return new PrunedKernel(channels, new DirectionBounds(basis, screen));
            }
        }

        return new SimdNearestPatchKernel(channels);
    }

    /// <summary>Floats that hold an image packed by any kernel that <c>ForMap</c> may give for these tokens.</summary>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    public static int MostPackedLength(int patches, int channels)
    {
        SimdNearestPatchKernel plain = new(channels);
        Screen largest = new(Screen.MostDirections(channels), Screen.TakesBytes(channels));
        int pruned = channels < FewestChannels ? 0 : checked((((patches * channels) + 15) & ~15) + new DirectionLayout(patches, channels, largest, plain.Width).Length);
        return Math.Max(plain.PackedLength(patches), pruned);
    }
}

/// <summary>Some tokens of a map, to choose its kernel by.</summary>
public static class TokenSample
{
    private const int Images = 8;

    /// <summary>Tokens spread over some images: <see cref="NearestPatchKernels.SampleTokens"/> where there are so many images and patches.</summary>
    /// <param name="images">How many images there are.</param>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="tokensOf">Gives an image's tokens of the map, [P × C]; asked for one image after the other.</param>
    /// <returns>[S × C].</returns>
    public static float[] Of(int images, int patches, int channels, Func<int, ReadOnlySpan<float>> tokensOf)
    {
        int sampled = Math.Min(images, Images);
        int taken = Math.Min(patches, NearestPatchKernels.SampleTokens / Images);
        float[] sample = new float[sampled * taken * channels];
        for (int at = 0; at < sampled; at++)
        {
            ReadOnlySpan<float> tokens = tokensOf((int)((long)at * images / sampled));
            for (int patch = 0; patch < taken; patch++)
            {
                int from = (int)((long)patch * patches / taken) * channels;
                tokens.Slice(from, channels).CopyTo(sample.AsSpan(((at * taken) + patch) * channels));
            }
        }

        return sample;
    }
}

/// <summary>Width of the vectors that a kernel computes with. Every width gives the same bits.</summary>
public enum VectorWidth
{
    /// <summary>128 bits, 4 lanes: every processor, also Arm.</summary>
    Bits128 = 128,

    /// <summary>256 bits, 8 lanes: AVX2 with FMA.</summary>
    Bits256 = 256,

    /// <summary>512 bits, 16 lanes: AVX-512.</summary>
    Bits512 = 512,
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
        PrunedKernel kernel = new(basis.Channels, new DirectionBounds(basis, screen));
        float[] packedRows = new float[kernel.PackedLength(count)];
        float[] packedColumns = new float[packedRows.Length];
        kernel.Pack(rows, count, packedRows);
        kernel.Pack(columns, count, packedColumns);
        SearchCounts counts = kernel.Search(packedRows, count, packedColumns, count, [], [], new float[count], new float[count]);
        return (counts.Best + counts.Rest) * Look(basis.Channels) / ((double)count * count);
    }

    private static double Look(int channels) => LookCost + (channels * LookCostPerChannel);
}
