namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>What there is to know of a pruned kernel for those who choose and measure it.</summary>
internal interface IPrunedKernel : INearestPatchKernel
{
    /// <summary>What its bounds are made of.</summary>
    Screen Screen { get; }

    /// <summary>By how much a dot product may exceed its bound, as both are computed.</summary>
    double Margin { get; }

    /// <summary>As <see cref="INearestPatchKernel.MaxDots"/>, and counts the pairs that were computed.</summary>
    SearchCounts Search(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors,
        Span<float> rowMaxima, Span<float> columnMaxima);
}

/// <summary>Pairs of patches of two images that were computed in the kernel's order.</summary>
/// <param name="Best">As the largest bound of a patch.</param>
/// <param name="Rest">Because their bounds reached what was known then.</param>
internal readonly record struct SearchCounts(long Best, long Rest);
