using MuSc.Scoring.NearestPatch.Pruning;

namespace MuSc.Scoring.NearestPatch;

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
