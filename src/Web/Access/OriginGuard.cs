using System.Net;
using Microsoft.Net.Http.Headers;

namespace MuSc.Web.Access;

/// <summary>
/// Refuses what another site's page makes a browser send: the browser adds the cookie of who signed in, and where no key is asked
/// for nothing is needed at all. Requests with a key or a token are not concerned, since a browser never adds those by itself.
/// </summary>
internal static class OriginGuard
{
    /// <summary>Why a request is refused; null where it is not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="onlyLocal">Whether everybody on this machine, and nobody else, is let in.</param>
    public static string? Refusal(HttpRequest request, bool onlyLocal)
    {
        // A foreign name that leads to a loopback address (DNS rebinding) makes another site's page look like one of ours.
        if (onlyLocal && !IsLocalName(request.Host.Host))
        {
            return $"Without keys the server answers to localhost only, not to '{request.Host.Host}'; 'musc key new' makes a key.";
        }

        bool safe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return safe || Schemes.BearerOf(request) is not null || IsOwn(request) ? null : "The request comes from a page of another site.";
    }

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    // Browsers send Sec-Fetch-Site or Origin with every such request; other programs send neither.
    private static bool IsOwn(HttpRequest request) => (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers[HeaderNames.Origin].ToString()) switch
    {
        ("same-origin" or "none", _) => true,
        ("", "") => true,
        ("", var origin) => Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Authority == request.Host.Value,
        _ => false,
    };
}
