using MuSc.Engine.Tiles;
using MuSc.Grains.Placement;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Jobs;

/// <summary>The scoring silos, and hints where a block's extractor and owner are best placed: with the workers whose share begins with its group.</summary>
internal sealed class SiloPlaces
{
    /// <summary>The metadata key under which a silo announces its bytes for kept values.</summary>
    public const string KeptBytesKey = "musc.kept-bytes";

    private readonly SiloAddress[] _silos;

    private SiloPlaces(SiloAddress[] silos, long keptBytes) => (_silos, KeptBytes) = (silos, keptBytes);

    /// <summary>Scoring silos.</summary>
    public int Silos => _silos.Length;

    /// <summary>Their names: what stands before the slash in the names of their workers.</summary>
    public IReadOnlyCollection<string> Names => [.. _silos.Select(silo => silo.ToParsableString())];

    /// <summary>Bytes for kept values on the smallest of them.</summary>
    public long KeptBytes { get; }

    /// <summary>The job's tiles, once they are known.</summary>
    public TilePlan? Plan { get; set; }

    /// <summary>The scoring silos as they are now, in the order of their workers' names.</summary>
    /// <exception cref="SiloUnavailableException">None is known yet.</exception>
    public static async Task<SiloPlaces> FindAsync(JobServices services)
    {
        Dictionary<SiloAddress, SiloStatus> hosts = await services.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        var scoring = hosts.Keys
            .Select(silo => (Silo: silo, services.Metadata.GetSiloMetadata(silo).Metadata))
            .Where(host => RoleFilterDirector.HasAll(host.Metadata, [SiloRoles.Score]))
            .OrderBy(host => host.Silo.ToParsableString(), StringComparer.Ordinal)
            .ToArray();
        return scoring.Length == 0
            ? throw new SiloUnavailableException($"No silo has the role '{SiloRoles.Score}'.")
            : new(
                [.. scoring.Select(host => host.Silo)],
                scoring.Min(host => long.Parse(host.Metadata.GetValueOrDefault(KeptBytesKey, "0"), CultureInfo.InvariantCulture)));
    }

    /// <summary>Makes a call with the hint; it matters only where the call makes a new activation.</summary>
    public Task<T> NearHome<T>(int block, Func<Task<T>> call)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, _silos[Plan!.Home(block, _silos.Length)]);
        try
        {
            return call();
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }
}
