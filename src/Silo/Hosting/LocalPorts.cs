using System.Net;
using System.Net.Sockets;

namespace MuSc.Silo.Hosting;

/// <summary>TCP ports of this machine.</summary>
public static class LocalPorts
{
    /// <summary>A port that is free on the loopback interface now.</summary>
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Checks that a port can be listened at.</summary>
    /// <param name="address">On which interface.</param>
    /// <param name="port">The port.</param>
    /// <param name="purpose">What it is for, such as <c>HTTP</c>.</param>
    /// <param name="option">What chooses another.</param>
    /// <exception cref="JobException">It cannot; the message names the option.</exception>
    public static void Check(IPAddress address, int port, string purpose, string option)
    {
        try
        {
            using TcpListener listener = new(address, port);
            listener.Start();
        }
        catch (SocketException error)
        {
            throw new JobException(
                JobErrorKind.Resource, $"Port {port} of {address}, for {purpose}, cannot be used ({error.Message}); choose another with {option}.", error);
        }
    }
}
