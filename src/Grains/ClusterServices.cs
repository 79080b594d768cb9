using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Grains.Compute;
using MuSc.Grains.Features;
using MuSc.Grains.Jobs;
using MuSc.Grains.Placement;
using MuSc.Grains.Workers;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MuSc.Grains;

/// <summary>What a silo needs besides Orleans to work on jobs.</summary>
public static class ClusterServices
{
    /// <summary>Adds the services of a silo.</summary>
    /// <param name="silo">The silo that is being built.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="memory">How its memory is divided; the default is by its roles.</param>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names each.</exception>
    public static ISiloBuilder AddMuSc(this ISiloBuilder silo, MuScOptions options, SiloMemory? memory = null)
    {
        // Roles and device decide what is registered, so that the settings are checked before the silo starts.
        if (new MuScOptionsValidator().Validate(null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(MuScOptions.Section, typeof(MuScOptions), result.Failures);
        }

        string roles = string.Join(',', Device.Parse(options.Device).Cuda is null ? options.RoleList : [.. options.RoleList, SiloRoles.Gpu]);
        memory ??= SiloMemory.Of(options);
        silo.UseSiloMetadata(new Dictionary<string, string>(Platforms(options))
        {
            [RoleFilterDirector.MetadataKey] = roles,
            [SiloPlaces.KeptBytesKey] = memory.KeptValues.ToString(CultureInfo.InvariantCulture),
        });
        IServiceCollection services = silo.Services;
        services.AddPlacementFilter<ProfileFilterStrategy, ProfileFilterDirector>(ServiceLifetime.Transient);
        services.AddPlacementFilter<RoleFilterStrategy, RoleFilterDirector>(ServiceLifetime.Transient);
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<IValidateOptions<MuScOptions>, MuScOptionsValidator>();
        services.AddSingleton(options);
        services.AddSingleton(memory);
        services.AddSingleton(services =>
        {
            Histogram<double> waits = services.GetRequiredService<ClusterMetrics>().LaneWait;
            return new ComputePool(
                options.Threads,
                services.GetRequiredService<TimeProvider>(),
                (lane, wait) => waits.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("lane", lane.ToString().ToLowerInvariant())));
        });
        services.AddSingleton(new BlockStore(options.Scratch, memory.Features));
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<ExtractorPool>();
        services.AddSingleton<BlockExtraction>();
        services.AddSingleton<BlockFetcher>();
        services.AddSingleton(_ => ScoringDevice.Open(options.Device));
        services.AddSingleton<PanelCache>();
        services.AddSingleton(services => new FloorCache(services.GetRequiredService<ClusterMetrics>().Cache("floors")));
        services.AddSingleton<TileWorker>();
        services.AddSingleton<ClusterCalls>();
        services.AddSingleton<WorkerServices>();
        services.AddSingleton<JobServices>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloGauges>();
        silo.AddIncomingGrainCallFilter<ClientCallFilter>();
        silo.AddActivityPropagation();
        if (options.RoleList.Contains(SiloRoles.Score))
        {
            silo.AddGrainService<MutualScoringGrain>();
        }

        return silo;
    }

    // How networks run here, where they do.
    private static IEnumerable<KeyValuePair<string, string>> Platforms(MuScOptions options)
    {
        Device device = Device.Parse(options.Device);
        if (options.RoleList.Contains(SiloRoles.Extract))
        {
            yield return new(ProfileFilterDirector.Cpu, NumericProfile.Platform(default, options.Hardware));
            if (device.Cuda is not null)
            {
                yield return new(ProfileFilterDirector.Cuda, NumericProfile.Platform(device, options.Hardware));
            }
        }
    }
}
