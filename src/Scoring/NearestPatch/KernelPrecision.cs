namespace MuSc.Scoring.NearestPatch;

/// <summary>What a kernel promises of its dot products.</summary>
public enum KernelPrecision
{
    /// <summary>The bits of the plain loop of fused multiply-adds.</summary>
    Strict,

    /// <summary>
    /// Exact dot products, but now and then of a patch that is not quite the nearest: pairs are ruled out by what the parts of
    /// tokens outside the screen's directions are likely to add, not by the most that they could. Distances come out too large,
    /// never too small; scores stay within 1e-3 on real sets.
    /// </summary>
    Reduced,
}
