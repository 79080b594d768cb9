using Orleans.Placement;

namespace MuSc.Grains.Placement;

/// <summary>Places a grain only on silos that say they have the roles.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class RequireRoleAttribute(params string[] roles)
    : PlacementFilterAttribute(new RoleFilterStrategy(string.Join(',', roles), 0))
{
    /// <summary>The roles.</summary>
    public IReadOnlyList<string> Roles { get; } = roles;
}
