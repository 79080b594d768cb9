namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Makes the pruned kernel of a map from sample tokens.</summary>
internal static class PrunedKernels
{
    // Below so many channels or sample tokens there is nothing to gain, or no telling.
    private const int FewestChannels = 32;
    private const int FewestTokens = 128;

    /// <summary>The pruned kernel, or null where the plain one is expected to be as fast.</summary>
    /// <param name="sample">[S × C].</param>
    /// <param name="channels">C.</param>
    public static INearestPatchKernel? TryCreate(ReadOnlySpan<float> sample, int channels)
    {
        if (channels < FewestChannels || sample.Length / channels < FewestTokens)
        {
            return null;
        }

        TokenBasis basis = Learn(sample, channels);
        return ScreenPlan.Choose(sample, basis) is Screen screen ? Create(basis, screen) : null;
    }

    /// <summary>Floats of an image packed with the largest screens.</summary>
    public static int MostPackedLength(int patches, int channels)
    {
        int width = (int)VectorWidths.Widest / 32 * 3;
        Screen largest = new(Screen.MostDirections(channels), Screen.TakesBytes(channels));
        return channels < FewestChannels ? 0 : new PrunedLayout(patches, channels, largest, width).Length;
    }

    /// <summary>Directions of a sample.</summary>
    public static TokenBasis Learn(ReadOnlySpan<float> sample, int channels) =>
        new(PrincipalDirections.Find(sample, channels, Screen.MostDirections(channels)), channels);

    /// <summary>For the widest vectors of this processor.</summary>
    public static IPrunedKernel Create(TokenBasis basis, Screen screen) =>
        VectorWidths.Widest switch
        {
            VectorWidth.Bits512 => new PrunedKernel<DotTile512>(basis, screen),
            VectorWidth.Bits256 => new PrunedKernel<DotTile256>(basis, screen),
            _ => new PrunedKernel<DotTile128>(basis, screen),
        };
}
