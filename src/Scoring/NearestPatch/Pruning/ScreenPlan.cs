namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Chooses a map's screens by what they would cost on the sample, one half of it against the other. The unit is one channel of
/// one pair of patches in the plain kernel; the constants were measured beside it (bench/README.md).
/// </summary>
internal static class ScreenPlan
{
    private const double ScanCost = 6;
    private const double BlockCost = 35;
    private const double BlockProductFactor = 1.3;
    private const double LookCost = 1600;
    private const double LookCostPerChannel = 6;
    private const double FixedCost = 20;
    private const double SeedShare = 0.15;

    // The plain kernel is kept unless pruning promises to take no more of its time: the sample may deceive, and packing
    // takes longer, which small sets do not earn back.
    private const double Promise = 0.6;
    private const int HalfTokens = 512;
    private const int BlockRows = 8;
    private const int BlockColumns = 16;

    private static readonly int[] CoarseSteps = [0, 8, 12, 16, 24, 32];
    private static readonly int[] FineSteps = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96];

    /// <summary>Share of the pairs that may be looked at before computing all of them is the better way.</summary>
    public static double LooksWorthwhile(int channels) => channels / Look(channels);

    /// <summary>The cheapest screens, or none where computing every dot product costs no more.</summary>
    /// <param name="sample">[S × C].</param>
    /// <param name="basis">The sample's directions.</param>
    /// <param name="tree">The sample's leaves.</param>
    public static ScreenLevels? Choose(ReadOnlySpan<float> sample, TokenBasis basis, PatchTree tree)
    {
        int channels = basis.Channels;
        SampleHalves halves = new(sample, basis, tree, HalfTokens);
        Dictionary<int, (double Blocks, double Pairs)> left = halves.ShareLeft(
            [.. CoarseSteps.Concat(FineSteps).Where(step => step > 0 && step <= basis.Count).Distinct().Order()], BlockRows, BlockColumns);
        double best = Promise * channels;
        ScreenLevels? chosen = null;
        foreach (int fine in FineSteps.Where(step => step <= basis.Count))
        {
            double looks = left[fine].Pairs * Look(channels);
            foreach (int coarse in CoarseSteps.Where(step => step < fine))
            {
                double screens = coarse == 0
                    ? Product(fine) + ScanCost + (left[fine].Blocks * BlockCost)
                    : Product(coarse) + ScanCost + (left[coarse].Blocks * ((BlockProductFactor * Product(fine)) + BlockCost));
                double cost = screens + looks + FixedCost + (SeedShare * Product(fine));
                if (cost < best)
                {
                    (best, chosen) = (cost, new(coarse, fine));
                }
            }
        }

        return chosen;
    }

    private static double Product(int directions) => directions + 1;

    private static double Look(int channels) => LookCost + (channels * LookCostPerChannel);
}
