namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>A theory that needs kubectl; it is skipped, and says so, where that is absent.</summary>
public sealed class KubectlTheoryAttribute : TheoryAttribute
{
    public KubectlTheoryAttribute() => Skip = Manifests.Kubectl is null ? "kubectl is not installed." : null;
}
