using System.Globalization;
using System.Net;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Where a process listens, as the kernel knows it.</summary>
internal static class ListeningPorts
{
    private const string Listening = "0A";

    public static IReadOnlyList<IPEndPoint> Of(int process)
    {
        HashSet<string> sockets = [.. Directory.GetFiles($"/proc/{process}/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) == true)
            .Select(target => target![8..^1])];
        return [.. new[] { "tcp", "tcp6" }
            .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Listening && sockets.Contains(fields[9]))
            .Select(fields => Parse(fields[1]))];
    }

    // Groups of four bytes, each in the processor's order, then the port.
    private static IPEndPoint Parse(string text)
    {
        string[] parts = text.Split(':');
        byte[] address = [.. Convert.FromHexString(parts[0]).Chunk(4).SelectMany(group => BitConverter.IsLittleEndian ? group.Reverse() : group)];
        return new(new IPAddress(address), int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
