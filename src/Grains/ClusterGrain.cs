using System.Text.Json;
using MuSc.Grains.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MuSc.Grains;

/// <summary>See <see cref="IClusterGrain"/>.</summary>
[RequireRole(SiloRoles.Coordinate)]
public sealed class ClusterGrain(ISiloMetadataCache metadata) : Grain, IClusterGrain
{
    public async Task<ClusterOverview> DescribeAsync(CancellationToken cancellationToken)
    {
        IManagementGrain management = GrainFactory.GetGrain<IManagementGrain>(0);
        MembershipEntry[] silos = await management.GetDetailedHosts(onlyActive: false, cancellationToken);
        SiloOverview[] described = await Task.WhenAll(silos
            .Where(silo => silo.Status != SiloStatus.Dead)
            .Select(silo => DescribeAsync(management, silo, cancellationToken)));
        JobStatus[] jobs = await GrainFactory.GetGrain<IJobIndexGrain>(GrainKeys.Index).ListAsync(new() { States = [JobState.Queued, JobState.Running] });
        JobStatus?[] now = await Task.WhenAll(jobs.Select(job => GrainFactory.GetGrain<IJobGrain>(job.Id).StatusAsync(cancellationToken)));
        return new(
            [.. described.OrderBy(silo => silo.Name, StringComparer.Ordinal)],
            now.Count(job => job?.State == JobState.Queued),
            now.Count(job => job?.State == JobState.Running));
    }

    private async Task<SiloOverview> DescribeAsync(IManagementGrain management, MembershipEntry silo, CancellationToken cancellationToken)
    {
        SiloRuntimeStatistics? load = null;
        if (silo.Status == SiloStatus.Active)
        {
            try
            {
                load = (await management.GetRuntimeStatistics([silo.SiloAddress], cancellationToken)).FirstOrDefault();
            }
            catch (Exception error) when (Transient.Is(error))
            {
                // It may have gone just now: then nothing is said of its load.
            }
        }

        metadata.GetSiloMetadata(silo.SiloAddress).Metadata.TryGetValue(RoleFilterDirector.MetadataKey, out string? roles);
        return new(
            silo.SiloName, silo.SiloAddress.Endpoint.ToString(), roles?.Split(',') ?? [], JsonNamingPolicy.SnakeCaseLower.ConvertName(silo.Status.ToString()),
            new(silo.StartTime, TimeSpan.Zero), load?.EnvironmentStatistics.FilteredMemoryUsageBytes, load?.EnvironmentStatistics.MaximumAvailableMemoryBytes,
            load?.EnvironmentStatistics.FilteredCpuUsagePercentage / 100.0);
    }
}
