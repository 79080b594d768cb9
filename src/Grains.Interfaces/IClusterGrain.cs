namespace MuSc.Grains;

/// <summary>The cluster as clients see it; one grain, keyed <see cref="GrainKeys.Index"/>.</summary>
[Alias("musc.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>Its silos and how much there is to do.</summary>
    [Alias("describe"), ResponseTimeout("00:00:20")]
    Task<ClusterOverview> DescribeAsync(CancellationToken cancellationToken);
}
