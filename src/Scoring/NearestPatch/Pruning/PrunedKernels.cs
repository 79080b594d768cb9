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

        (TokenBasis basis, PatchTree tree) = Learn(sample, channels);
        return ScreenPlan.Choose(sample, basis, tree) is ScreenLevels levels ? Create(basis, tree, levels) : null;
    }

    /// <summary>Floats of an image packed with the largest screens.</summary>
    public static int MostPackedLength(int patches, int channels) =>
        channels < FewestChannels ? 0 : PrunedLayout.MostLength(patches, channels, (int)VectorWidths.Widest / 32 * 3);

    /// <summary>Directions and leaves of a sample.</summary>
    public static (TokenBasis Basis, PatchTree Tree) Learn(ReadOnlySpan<float> sample, int channels)
    {
        TokenBasis basis = new(PrincipalDirections.Find(sample, channels, ScreenLevels.Most(channels)), channels);
        float[] coefficients = new float[sample.Length / channels * basis.Count];
        double[] projection = new double[basis.Count];
        for (int token = 0; token < sample.Length / channels; token++)
        {
            basis.Project(sample.Slice(token * channels, channels), projection);
            for (int direction = 0; direction < projection.Length; direction++)
            {
                coefficients[(token * basis.Count) + direction] = (float)projection[direction];
            }
        }

        return (basis, new PatchTree(coefficients, basis.Count));
    }

    /// <summary>For the widest vectors of this processor.</summary>
    public static INearestPatchKernel Create(TokenBasis basis, PatchTree tree, ScreenLevels levels, double caution = 1, double patience = 1) =>
        VectorWidths.Widest switch
        {
            VectorWidth.Bits512 => new PrunedKernel<DotTile512>(basis, tree, levels, caution, patience),
            VectorWidth.Bits256 => new PrunedKernel<DotTile256>(basis, tree, levels, caution, patience),
            _ => new PrunedKernel<DotTile128>(basis, tree, levels, caution, patience),
        };
}
