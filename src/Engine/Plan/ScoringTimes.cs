namespace MuSc.Engine.Plan;

/// <summary>How long the parts of scoring take on one thread.</summary>
/// <param name="Pair">A pair of images on one map: the plain kernel, and both images' selection.</param>
/// <param name="Image">An image that is brought into memory for one map: aggregated, normalised and packed.</param>
public sealed record ScoringTimes(TimeSpan Pair, TimeSpan Image)
{
    /// <summary>Time of all pairs and images of a plan on several threads, with the plain kernel.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="threads">Threads.</param>
    public TimeSpan Of(JobPlan plan, int threads) => ((Pair * plan.Pairs) + (Image * plan.Packings)) / threads;
}
