using System.Net.Http.Headers;

namespace MuSc.Web.Access;

/// <summary>The ways in which a caller is recognised.</summary>
internal static class Schemes
{
    /// <summary>Chooses one of the others for each request.</summary>
    public const string Chosen = "MuSc";

    /// <summary>A key in the header <c>Authorization</c>.</summary>
    public const string Key = "Key";

    /// <summary>A token of an OpenID provider in the header <c>Authorization</c>.</summary>
    public const string Token = "Token";

    /// <summary>The cookie of who signed in with a key.</summary>
    public const string Cookie = "Cookie";

    /// <summary>Everybody, where no key is asked for.</summary>
    public const string Open = "Open";

    private const string Bearer = "Bearer";

    /// <summary>The way for a request.</summary>
    public static string For(HttpRequest request, bool tokens) => BearerOf(request) switch
    {
        null => Cookie,
        var text when tokens && !text.StartsWith(AccessKey.Prefix, StringComparison.Ordinal) => Token,
        _ => Key,
    };

    /// <summary>The key or token in the header <c>Authorization</c>; null where there is none.</summary>
    public static string? BearerOf(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out AuthenticationHeaderValue? header)
        && header.Scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase) ? header.Parameter ?? string.Empty : null;
}
