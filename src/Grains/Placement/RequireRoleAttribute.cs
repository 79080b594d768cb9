using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Placement;

/// <summary>Places a grain only on silos that say they have the roles.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class RequireRoleAttribute(params string[] roles)
    : PlacementFilterAttribute(new RoleFilterStrategy(string.Join(',', roles), 0))
{
    /// <summary>The roles.</summary>
    public IReadOnlyList<string> Roles { get; } = roles;
}

/// <summary>The roles that a grain needs, as its type's properties carry them.</summary>
/// <remarks>Orleans' own metadata filters compare with the silo that decides; a role is a value that the grain names.</remarks>
public sealed class RoleFilterStrategy(string roles, int order) : PlacementFilterStrategy(order)
{
    private const string Property = "roles";
    private string _roles = roles;

    /// <summary>For Orleans, which then calls <see cref="AdditionalInitialize"/>.</summary>
    public RoleFilterStrategy()
        : this(string.Empty, 0)
    {
    }

    /// <summary>The roles.</summary>
    public IReadOnlyList<string> Roles => _roles.Split(',');

    public override void AdditionalInitialize(GrainProperties properties) =>
        _roles = GetPlacementFilterGrainProperty(Property, properties)
            ?? throw new ArgumentException("A grain that is placed by role names no role.", nameof(properties));

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(Property, _roles)];
}

/// <summary>Keeps the silos whose metadata lists every role that a grain needs.</summary>
public sealed class RoleFilterDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    /// <summary>The entry of a silo's metadata that lists its roles.</summary>
    public const string MetadataKey = "roles";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        IReadOnlyList<string> needed = ((RoleFilterStrategy)filterStrategy).Roles;
        return silos.Where(silo => HasAll(metadata.GetSiloMetadata(silo).Metadata, needed));
    }

    /// <summary>Whether a silo of this metadata has all of some roles.</summary>
    public static bool HasAll(IReadOnlyDictionary<string, string> silo, IEnumerable<string> roles) =>
        silo.TryGetValue(MetadataKey, out string? own) && roles.All(own.Split(',').Contains);
}
