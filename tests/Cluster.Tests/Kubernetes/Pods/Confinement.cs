using System.Globalization;
using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>What a container's process may do, as the system sees it.</summary>
internal static class Confinement
{
    // Every container has them; where files may be made in them is looked at below.
    private static readonly string[] Own = ["/proc", "/dev"];

    /// <summary>What it may do beyond its template, each line naming it; empty if nothing is.</summary>
    /// <param name="process">The container's own process.</param>
    /// <param name="pod">Its template.</param>
    /// <param name="container">The container in it.</param>
    public static IEnumerable<string> Problems(int process, V1PodSpec pod, V1Container container)
    {
        Dictionary<string, string> status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(":\t", 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        string user = $"{pod.SecurityContext.RunAsUser}";
        if (status["Uid"].Split('\t').Any(id => id != user))
        {
            yield return $"it runs as {status["Uid"]}, not as {user}.";
        }

        if (status["NoNewPrivs"] != "1" || long.Parse(status["CapEff"], NumberStyles.HexNumber, CultureInfo.InvariantCulture) != 0)
        {
            yield return $"it has the rights {status["CapEff"]}, or may gain some.";
        }

        string[] mounts = [.. container.VolumeMounts.Where(mount => mount.ReadOnlyProperty != true).Select(mount => mount.MountPath)];
        IEnumerable<string> writable = File.ReadLines($"/proc/{process}/mountinfo").Select(line => line.Split(' '))
            .Where(fields => fields[5].Split(',').Contains("rw")).Select(fields => fields[4]);
        foreach (string place in writable.Where(place => !mounts.Contains(place) && !Own.Any(own => place == own || place.StartsWith($"{own}/", StringComparison.Ordinal))))
        {
            yield return $"it may write to {place}.";
        }

        // Files proper, beside devices and links.
        foreach (FileInfo file in new DirectoryInfo($"/proc/{process}/root/dev").EnumerateFiles().Where(file => file.LinkTarget is null && file.UnixFileMode.HasFlag(UnixFileMode.UserRead) && file.Length > 0))
        {
            yield return $"it wrote {file.Name} to /dev.";
        }
    }
}
