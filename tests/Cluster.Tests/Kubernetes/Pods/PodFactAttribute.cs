using MuSc.Cluster.Tests.Network;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>A test that starts pods: a soak run of minutes (tests/soak/pods.sh), skipped elsewhere, and says what it lacks.</summary>
public sealed class PodFactAttribute : SoakFactAttribute
{
    private static readonly string[] Programs = ["bwrap", "nft", "kubectl", "setpriv"];

    public PodFactAttribute()
        : base("tests/soak/pods.sh") => Skip ??=
        Programs.FirstOrDefault(program => !Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)))) is { } missing
            ? $"{missing} is not installed."
        : !Directory.Exists("/sys/fs/cgroup/memory") ? "There are no control groups for memory (version 1)."
        : new NetworkFactAttribute().Skip;
}
