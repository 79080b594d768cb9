using MuSc.Features.Backbones;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MuSc.Grains.Placement;

/// <summary>Places a grain only on silos that compute as the caller says, where it says so (<see cref="ProfileContext"/>).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class SameProfileAttribute() : PlacementFilterAttribute(new ProfileFilterStrategy());

/// <summary>See <see cref="SameProfileAttribute"/>; it comes after the filter of roles.</summary>
public sealed class ProfileFilterStrategy() : PlacementFilterStrategy(1);

/// <summary>Keeps the silos whose metadata names the platform of the profile that is wanted, and that have not just refused it.</summary>
public sealed class ProfileFilterDirector(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    /// <summary>The entry of a silo's metadata that names how its processor computes.</summary>
    public const string Cpu = "musc.platform.cpu";

    /// <summary>The entry of a silo's metadata that names how its graphics processor computes.</summary>
    public const string Cuda = "musc.platform.cuda";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        string? wanted = target.RequestContextData?.GetValueOrDefault(ProfileContext.WantedKey) as string;
        string[] refused = (target.RequestContextData?.GetValueOrDefault(ProfileContext.RefusedKey) as string)?.Split(',') ?? [];
        return silos.Where(silo =>
            (wanted is null || MayCompute(metadata.GetSiloMetadata(silo).Metadata, wanted)) && !refused.Contains(silo.ToParsableString()));
    }

    /// <summary>Whether a silo may compute in a profile; one that names no platform, of an earlier version, may.</summary>
    internal static bool MayCompute(IReadOnlyDictionary<string, string> silo, string wanted)
    {
        string[] platforms = [.. new[] { Cpu, Cuda }.Where(silo.ContainsKey).Select(key => silo[key])];
        return platforms.Length == 0 || platforms.Any(platform => NumericProfile.Fits(wanted, platform));
    }
}

/// <summary>What a call says of the silo on which it may make an activation.</summary>
internal static class ProfileContext
{
    public const string WantedKey = "musc.profile";
    public const string RefusedKey = "musc.refused";

    /// <summary>Makes a call; it matters only where the call makes a new activation.</summary>
    /// <param name="wanted">A numeric profile or platform, or null for any.</param>
    /// <param name="refused">Silos that are not to be asked.</param>
    /// <param name="call">The call.</param>
    public static Task<T> Call<T>(string? wanted, IReadOnlyCollection<string> refused, Func<Task<T>> call)
    {
        Set(WantedKey, wanted);
        Set(RefusedKey, refused.Count == 0 ? null : string.Join(',', refused));
        try
        {
            return call();
        }
        finally
        {
            Set(WantedKey, null);
            Set(RefusedKey, null);
        }
    }

    private static void Set(string key, string? value)
    {
        if (value is null)
        {
            RequestContext.Remove(key);
        }
        else
        {
            RequestContext.Set(key, value);
        }
    }
}
