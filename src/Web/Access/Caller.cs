using System.Security.Claims;

namespace MuSc.Web.Access;

/// <summary>Who sent a request, and what it may do.</summary>
public static class Caller
{
    /// <summary>The owner's name where no key is asked for.</summary>
    public const string Local = "local";

    /// <summary>The claim that holds the identifier of the key.</summary>
    internal const string KeyClaim = "key";

    private const string NameClaim = "name";
    private const string RightsClaim = "rights";

    /// <summary>The name under which jobs and image sets of the caller are kept; an identifier.</summary>
    /// <exception cref="InvalidOperationException">The endpoint lets in callers without a name.</exception>
    public static string Owner(this ClaimsPrincipal user) => user.FindFirstValue(NameClaim)
        ?? throw new InvalidOperationException("The caller has no name: the endpoint lacks RequireAuthorization.");

    /// <summary>Whether the caller may read everybody's jobs and image sets.</summary>
    public static bool MayReadAll(this ClaimsPrincipal user) => user.IsInRole(Rights.Read) || user.IsAdmin();

    /// <summary>Whether the caller may make jobs and image sets.</summary>
    public static bool MaySubmit(this ClaimsPrincipal user) => user.IsInRole(Rights.Submit) || user.IsAdmin();

    /// <summary>Whether the caller may do everything with everybody's jobs and image sets.</summary>
    public static bool IsAdmin(this ClaimsPrincipal user) => user.IsInRole(Rights.Admin);

    /// <summary>A caller.</summary>
    /// <param name="name">The owner's name.</param>
    /// <param name="rights">What it may do.</param>
    /// <param name="scheme">How it was recognised.</param>
    internal static ClaimsPrincipal Of(string name, IEnumerable<string> rights, string scheme) => new(
        new ClaimsIdentity([new(NameClaim, name), .. rights.Select(right => new Claim(RightsClaim, right))], scheme, NameClaim, RightsClaim));

    /// <summary>The caller that a key stands for.</summary>
    internal static ClaimsPrincipal Of(AccessKey key, string scheme)
    {
        ClaimsPrincipal caller = Of(key.Name, key.Rights, scheme);
        ((ClaimsIdentity)caller.Identity!).AddClaim(new(KeyClaim, key.Id));
        return caller;
    }
}
