using System.Diagnostics;

namespace MuSc.Cluster.Tests.Network;

/// <summary>
/// Hosts of one network, each a network namespace of its own; a switch, a namespace with a bridge, connects them. Needs root and
/// iproute2. Nothing changes in the machine's own network, and all of it goes with <see cref="Dispose"/>.
/// </summary>
public sealed class NetworkHosts : IDisposable
{
    private const string Bridge = "bridge";

    private static int _networks;

    private readonly string _prefix = $"musc-{Environment.ProcessId}-{Interlocked.Increment(ref _networks)}";
    private readonly List<string> _namespaces = [];

    /// <exception cref="InvalidOperationException">This system does not allow it.</exception>
    public NetworkHosts()
    {
        try
        {
            MakeNamespace(Switch);
            Ip("-n", Switch, "link", "add", Bridge, "type", "bridge");
            Ip("-n", Switch, "link", "set", Bridge, "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Switch => $"{_prefix}-switch";

    /// <summary>Connects another host, with an address of the network 10.77.0.0/24.</summary>
    /// <param name="name">Its name, one of its own in this network, of at most eight letters.</param>
    public NetworkHost Add(string name)
    {
        string host = $"{_prefix}-{name}";
        string port = $"to-{name}";
        MakeNamespace(host);
        // The switch is the first namespace.
        string address = $"10.77.0.{_namespaces.Count}";
        Ip("-n", Switch, "link", "add", port, "type", "veth", "peer", "name", NetworkHost.Interface, "netns", host);
        Ip("-n", Switch, "link", "set", port, "master", Bridge, "up");
        Ip("-n", host, "link", "set", "lo", "up");
        Ip("-n", host, "address", "add", $"{address}/24", "dev", NetworkHost.Interface);
        Ip("-n", host, "link", "set", NetworkHost.Interface, "up");
        return new(host, address, up => Ip("-n", Switch, "link", "set", port, up ? "up" : "down"));
    }

    /// <inheritdoc/>
    public void Dispose() => _namespaces.ForEach(name => Ip("netns", "delete", name));

    /// <summary>Runs <c>ip</c>.</summary>
    internal static void Ip(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        }
    }

    private void MakeNamespace(string name)
    {
        Ip("netns", "add", name);
        _namespaces.Add(name);
    }
}
