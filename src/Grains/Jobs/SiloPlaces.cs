using Orleans.Runtime.Placement;

namespace MuSc.Grains.Jobs;

/// <summary>Hints where a block's extractor and owner are best placed: with the workers whose share begins with its group.</summary>
internal sealed class SiloPlaces
{
    private readonly SiloAddress[] _silos;
    private readonly int _blocks;

    private SiloPlaces(SiloAddress[] silos, int blocks) => (_silos, _blocks) = (silos, blocks);

    /// <summary>The silos as they are now, in the order of their workers' names.</summary>
    public static async Task<SiloPlaces> FindAsync(IGrainFactory grains, int blocks)
    {
        Dictionary<SiloAddress, SiloStatus> hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        return new([.. hosts.Keys.OrderBy(silo => silo.ToParsableString(), StringComparer.Ordinal)], blocks);
    }

    /// <summary>Makes a call with the hint; it matters only where the call makes a new activation.</summary>
    public Task<T> NearHome<T>(int block, Func<Task<T>> call)
    {
        SiloAddress home = _silos[(int)((long)block * _silos.Length / _blocks)];
        RequestContext.Set(IPlacementDirector.PlacementHintKey, home);
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
