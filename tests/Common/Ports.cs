using System.Net;
using System.Net.Sockets;

namespace MuSc.Tests;

/// <summary>Ports of loopback for programs that tests start.</summary>
public static class Ports
{
    // Below those that Linux gives to connections going out, any of which might take a port before the program does.
    private const int First = 10_000;
    private const int Count = 20_000;

    // Where test programs run beside each other, each begins elsewhere.
    private static int _next = (Environment.ProcessId * 199) % Count;

    /// <summary>A port that is free now, and is given only once.</summary>
    public static int Free()
    {
        while (true)
        {
            int port = First + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                // Another program has it.
            }
        }
    }
}
