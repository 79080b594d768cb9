using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes.Alerts;

/// <summary>A soak run with a Prometheus and a file system of its own.</summary>
public sealed class AlertFactAttribute : SoakFactAttribute
{
    public AlertFactAttribute()
        : base("tests/soak/alerts-by-faults.sh") => Skip ??=
        !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "prometheus"))) ? "prometheus is not installed (Debian's package of that name)."
        : Environment.UserName != "root" ? "Only root may mount a file system." : null;
}
