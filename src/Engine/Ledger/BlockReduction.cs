using MuSc.Contracts;

namespace MuSc.Engine.Ledger;

/// <summary>How a block's patches come from distances to a score on a map (docs/method.md, Mutual scoring; Variants for references alone).</summary>
/// <param name="First">First kept position among the sorted values.</param>
/// <param name="End">End of the kept positions, exclusive.</param>
/// <param name="Reduction">What becomes of the kept values.</param>
public sealed record BlockReduction(int First, int End, Reduction Reduction)
{
    /// <summary>The reduction of patches with <paramref name="scorers"/> values.</summary>
    /// <exception cref="JobException">There is no scorer.</exception>
    public static BlockReduction For(ScoringMode mode, IntervalRange interval, Reduction reduction, int scorers)
    {
        if (scorers < 1)
        {
            throw new JobException(JobErrorKind.Input, "An image has nobody to be compared with: give at least two images, or references.");
        }

        if (mode == ScoringMode.References)
        {
            return new(0, 1, Reduction.Min);
        }

        (int first, int end) = interval.Positions(scorers);
        return new(first, end, reduction);
    }
}
