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
            if (BoundPlan.Choose(sample, basis) is int directions)
            {
                return new PrunedKernel(basis, directions);
            }
        }

        return new SimdNearestPatchKernel(channels);
    }

    /// <summary>Floats that hold an image packed by any kernel that <c>ForMap</c> may give for these tokens.</summary>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    public static int MostPackedLength(int patches, int channels)
    {
        int plain = new SimdNearestPatchKernel(channels).PackedLength(patches);
        return channels < FewestChannels
            ? plain
            : Math.Max(plain, new PrunedLayout(patches, channels, BoundPlan.MostDirections(channels)).Length);
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

/// <summary>
/// Chooses how many directions a map's bounds are made of, by what they would cost on the sample, one half of it against the other. The unit
/// is one channel of one pair of patches in the plain kernel; the constants were measured beside it (bench/README.md).
/// </summary>
internal static class BoundPlan
{
    private const double WordCost = 0.5;
    private const double BoundCost = 8;
    private const double LookCost = 1500;
    private const double LookCostPerChannel = 14;

    // Tokens of more channels come from beyond the second-level cache.
    private const int NearChannels = 256;
    private const double LookCostPerFarChannel = 10;

    // Of the cost of everything, what looks may cost before a search is given up.
    private const double GivenUp = 0.75;

    // The plain kernel is kept unless pruning promises to take no more of its time: the sample may deceive, and packing
    // takes longer, which small sets do not earn back.
    private const double Promise = 0.8;
    private const int HalfTokens = 256;

    // With the length an even number of words each.
    private static readonly int[] _directions = [15, 31, 47, 63, 95, 127, 191, 255];

    /// <summary>No more directions are worth while, whatever the map: learning and packing take too long.</summary>
    public static int MostDirections(int channels) => Math.Min(_directions[^1], channels * 2 / 3);

    /// <summary>After so many looks at single pairs computing everything is the better way.</summary>
    public static long LooksWorthwhile(int channels, int rows, int columns) =>
        (long)(GivenUp * channels / Look(channels) * rows * columns) + (2 * (rows + columns));

    /// <summary>The cheapest number of directions, or none where computing every dot product costs no more.</summary>
    /// <param name="sample">[S × C]; the halves are taken from both ends.</param>
    /// <param name="basis">The sample's directions.</param>
    public static int? Choose(ReadOnlySpan<float> sample, TokenBasis basis)
    {
        int count = Math.Min(HalfTokens, sample.Length / basis.Channels / 2);
        ReadOnlySpan<float> rows = sample[..(count * basis.Channels)];
        ReadOnlySpan<float> columns = sample[^(count * basis.Channels)..];
        double best = Promise * basis.Channels;
        int? chosen = null;
        foreach (int directions in _directions)
        {
            double bounds = (WordCost * (directions + 1)) + BoundCost;
            if (directions <= basis.Count && bounds < best
                && bounds + Looks(rows, columns, count, basis, directions) is double cost && cost < best)
            {
                (best, chosen) = (cost, directions);
            }
        }

        return chosen;
    }

    /// <summary>The cost of looks for each pair of patches; null where the search is given up.</summary>
    private static double? Looks(ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, int count, TokenBasis basis, int directions)
    {
        PrunedKernel kernel = new(basis, directions);
        float[] packedRows = new float[kernel.PackedLength(count)];
        float[] packedColumns = new float[packedRows.Length];
        kernel.Pack(rows, count, packedRows);
        kernel.Pack(columns, count, packedColumns);
        long? looks = kernel.Search(packedRows, count, packedColumns, count, [], [], new float[count], new float[count]);
        return looks * Look(basis.Channels) / ((double)count * count);
    }

    private static double Look(int channels) =>
        LookCost + (channels * LookCostPerChannel) + (Math.Max(0, channels - NearChannels) * LookCostPerFarChannel);
}
