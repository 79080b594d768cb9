using System.Net;

namespace MuSc.Silo.Hosting;

/// <summary>An address and a port at which HTTP is served.</summary>
/// <param name="Host">An IP address, one of version 6 in brackets; or <c>*</c> for every interface.</param>
/// <param name="Port">1 … 65535.</param>
public sealed record HttpPlace(string Host, int Port)
{
    /// <summary>The interface.</summary>
    public IPAddress Address => Host == "*" ? IPAddress.Any : IPAddress.Parse(Host);

    /// <summary>Whether it is reached from this machine only.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>For ASP.NET.</summary>
    public string Url => $"http://{Host}:{Port}";

    /// <summary>Reads <c>PORT</c> (of 127.0.0.1) or <c>ADDRESS:PORT</c>; null where the text is neither.</summary>
    public static HttpPlace? Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "127.0.0.1" : text[..colon];
        bool known = host == "*" || (IPAddress.TryParse(host, out IPAddress? address) && (address.GetAddressBytes().Length == 4 || host[0] == '['));
        return known && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && SiloSettings.IsPort(port) ? new(host, port) : null;
    }
}
