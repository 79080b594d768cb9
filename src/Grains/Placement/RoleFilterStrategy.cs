using Orleans.Metadata;
using Orleans.Placement;

namespace MuSc.Grains.Placement;

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
