using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Placement;

/// <summary>Keeps the silos whose metadata lists every role that a grain needs.</summary>
public sealed class RoleFilterDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    /// <summary>The entry of a silo's metadata that lists its roles.</summary>
    public const string MetadataKey = "roles";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        IReadOnlyList<string> needed = ((RoleFilterStrategy)filterStrategy).Roles;
        return silos.Where(silo =>
            metadata.GetSiloMetadata(silo).Metadata.TryGetValue(MetadataKey, out string? roles)
            && needed.All(roles.Split(',').Contains));
    }
}
