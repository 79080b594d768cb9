using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Finds, for two images' map tokens, every patch's best match in the other image: the row maxima and the column maxima
/// of the matrix of dot products, from one pass and without keeping that matrix (docs/method.md, Mutual scoring).
/// An instance belongs to one map and one number of channels; it holds no state that a call changes, so that any number
/// of threads may use it.
/// </summary>
public interface INearestPatchKernel
{
    /// <summary>Channels C of every token.</summary>
    int Channels { get; }

    /// <summary>Floats that <see cref="Pack"/> writes for an image of <paramref name="patches"/> patches.</summary>
    int PackedLength(int patches);

    /// <summary>Lays an image's tokens out for this kernel; done once per image and map.</summary>
    /// <param name="tokens">[P × C] row-major, every row of unit or zero norm.</param>
    /// <param name="patches">P, at least 1.</param>
    /// <param name="packed">At least <see cref="PackedLength"/> floats.</param>
    void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed);

    /// <summary>
    /// Gives each patch its largest dot product with the other image's patches. Each dot product is one
    /// accumulator over channels 0 … C−1 with one fused multiply-add each, whatever the blocking.
    /// </summary>
    /// <param name="rows">The first image, packed by this kernel.</param>
    /// <param name="rowPatches">Its number of patches P.</param>
    /// <param name="columns">The second image, packed by this kernel.</param>
    /// <param name="columnPatches">Its number of patches Q.</param>
    /// <param name="rowFloors">
    /// [P], or empty for none. A row whose maximum does not exceed its floor may be answered with negative infinity
    /// instead: the caller has no use for it, and the kernel need not look for it.
    /// </param>
    /// <param name="columnFloors">[Q], or empty: the same for the columns.</param>
    /// <param name="rowMaxima">[P]; overwritten with the largest dot product of each row.</param>
    /// <param name="columnMaxima">[Q]; overwritten with the largest dot product of each column.</param>
    void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima);
}

/// <summary>Shorter ways to call a kernel.</summary>
public static class NearestPatchKernelExtensions
{
    /// <summary>Gives every patch its largest dot product, without floors.</summary>
    /// <inheritdoc cref="INearestPatchKernel.MaxDots"/>
    public static void MaxDots(
        this INearestPatchKernel kernel,
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        Span<float> rowMaxima, Span<float> columnMaxima) =>
        kernel.MaxDots(rows, rowPatches, columns, columnPatches, [], [], rowMaxima, columnMaxima);
}

/// <summary>Distance of two unit vectors from their dot product (docs/method.md, Mutual scoring).</summary>
public static class PatchDistance
{
    /// <summary>√(max(0, 2 − 2·dot)) in float32; never rises as the dot product rises.</summary>
    public static float FromDot(float dot) => MathF.Sqrt(MathF.Max(0f, 2f - (2f * dot)));
}

/// <summary>Chooses the kernel for a map.</summary>
public static class NearestPatchKernels
{
    /// <summary>How many tokens make a good sample; more change little.</summary>
    public const int SampleTokens = 1024;

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
        return PrunedKernels.TryCreate(sample, channels) ?? new SimdNearestPatchKernel(channels);
    }

    /// <summary>Floats that hold an image packed by any kernel that <c>ForMap</c> may give for these tokens.</summary>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    public static int MostPackedLength(int patches, int channels) => Math.Max(
        new SimdNearestPatchKernel(channels).PackedLength(patches), PrunedKernels.MostPackedLength(patches, channels));
}

/// <summary>Some tokens of a map, to choose its kernel by.</summary>
public static class TokenSample
{
    private const int Images = 8;

    /// <summary>Gives an image's tokens of the map, [P × C].</summary>
    /// <param name="image">0 … images − 1.</param>
    public delegate ReadOnlySpan<float> TokensOf(int image);

    /// <summary>Tokens spread over some images: <see cref="NearestPatchKernels.SampleTokens"/> where there are so many images and patches.</summary>
    /// <param name="images">How many images there are.</param>
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="tokensOf">Asked for one image after the other.</param>
    /// <returns>[S × C].</returns>
    public static float[] Of(int images, int patches, int channels, TokensOf tokensOf)
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

/// <summary>Chooses the vector width at run time.</summary>
public static class VectorWidths
{
    /// <summary>The widest vectors that this processor computes with at full speed.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
