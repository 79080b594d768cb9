using System.Net;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>How to submit a job to a gateway, in one line.</summary>
internal static class SubmitHint
{
    private const int DefaultPort = 30000;

    public static string Of(string address, int port)
    {
        bool here = IPAddress.IsLoopback(IPAddress.Parse(address));
        string cluster = here && port == DefaultPort ? "" : $" --cluster {(here ? "localhost" : address)}:{port}";
        return $"Submit a job: musc submit IMAGES --watch{cluster}";
    }
}
