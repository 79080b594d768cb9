using Microsoft.Extensions.Hosting;
using MuSc.Grains.Compute;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MuSc.Grains.Jobs;

/// <summary>What a coordinator works with.</summary>
public sealed record JobServices(
    IGrainFactory Grains, ClusterCalls Calls, ComputePool Pool, MuScOptions Options, ClusterMetrics Metrics, TimeProvider Time,
    ILocalSiloDetails Silo, ISiloMetadataCache Metadata, IHostApplicationLifetime Lifetime, ILogger<JobGrain> Logger);
