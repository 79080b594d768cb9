using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Cluster.Tests.Network;

/// <summary>A host of <see cref="NetworkHosts"/>. Its files are the machine's, its addresses, ports and loopback are its own.</summary>
/// <param name="name">Its namespace.</param>
/// <param name="address">Its address.</param>
/// <param name="link">Connects it to the switch (true) or not.</param>
public sealed partial class NetworkHost(string name, string address, Action<bool> link)
{
    /// <summary>Its interface.</summary>
    internal const string Interface = "eth0";

    private const int NetworkNamespace = 0x40000000;

    /// <summary>Its address.</summary>
    public IPAddress Address { get; } = IPAddress.Parse(address);

    /// <summary>Starts a program on this host; the program and its arguments follow. The process is the program's.</summary>
    public string[] Enter { get; } = ["nsenter", $"--net={PathOf(name)}"];

    /// <summary>Takes its cable out: nothing arrives any more, in either direction.</summary>
    public void Cut() => link(false);

    /// <summary>Puts its cable back.</summary>
    public void Join() => link(true);

    /// <summary>Loses everything that it sends to other hosts, without an error; what they send arrives.</summary>
    public void LoseTo(IEnumerable<NetworkHost> hosts)
    {
        foreach (NetworkHost host in hosts)
        {
            // An Ethernet address that nobody has.
            Neighbours("replace", host, "lladdr", "02:00:00:00:00:99", "nud", "permanent");
        }
    }

    /// <summary>Ends <see cref="LoseTo"/>.</summary>
    public void ReachAgain(IEnumerable<NetworkHost> hosts)
    {
        foreach (NetworkHost host in hosts)
        {
            Neighbours("delete", host);
        }
    }

    /// <summary>Connects from this host.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="OperationCanceledException">Nobody answered.</exception>
    public async ValueTask<Stream> ConnectAsync(EndPoint where, CancellationToken cancellationToken)
    {
        Socket socket = MakeSocket();
        try
        {
            await socket.ConnectAsync(where, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether something accepts a connection from this host within two seconds.</summary>
    public async Task<bool> ReachesAsync(IPAddress address, int port)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        try
        {
            await using Stream stream = await ConnectAsync(new IPEndPoint(address, port), patience.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string PathOf(string name) => $"/run/netns/{name}";

    private void Neighbours(string action, NetworkHost host, params string[] how) =>
        NetworkHosts.Ip(["-n", name, "neighbour", action, $"{host.Address}", "dev", Interface, .. how]);

    // A socket belongs to the namespace of the thread that makes it, whoever uses it later. The thread ends with that.
    private Socket MakeSocket()
    {
        Socket? socket = null;
        int error = 0;
        Thread thread = new(() =>
        {
            using SafeFileHandle file = File.OpenHandle(PathOf(name));
            error = SetNamespace(file, NetworkNamespace) == 0 ? 0 : Marshal.GetLastPInvokeError();
            socket = error == 0 ? new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) : null;
        });
        thread.Start();
        thread.Join();
        return socket ?? throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
