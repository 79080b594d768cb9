using System.ComponentModel;
using System.Diagnostics;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Network;

/// <summary>A test with hosts of its own; it is skipped, and says so, where that is not allowed.</summary>
public sealed class NetworkFactAttribute : FactAttribute
{
    /// <param name="database">Whether it needs PostgreSQL's programs, too.</param>
    public NetworkFactAttribute(bool database = false) => Skip =
        !Allowed.Value ? "This system does not let the tests make network namespaces (root, iproute2, nsenter)."
        : database ? new PostgresFactAttribute().Skip
        : null;

    private static Lazy<bool> Allowed { get; } = new(() =>
    {
        try
        {
            using NetworkHosts hosts = new();
            string[] trial = [.. hosts.Add("trial").Enter, "true"];
            using Process process = Process.Start(new ProcessStartInfo(trial[0], trial[1..]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            return false;
        }
    });
}
