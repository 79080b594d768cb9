using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>A deployment or a job, as far as they are alike.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Template">Of its pods.</param>
/// <param name="Selector">What chooses them; null for a job.</param>
/// <param name="Deployment">The deployment; null for a job.</param>
internal sealed record Workload(string Name, V1PodTemplateSpec Template, IDictionary<string, string>? Selector, V1Deployment? Deployment)
{
    public IDictionary<string, string> Labels => Template.Metadata.Labels;

    public V1Container Main => Template.Spec.Containers[0];

    public IEnumerable<V1Container> Containers => [.. Template.Spec.InitContainers ?? [], .. Template.Spec.Containers];

    public IReadOnlyDictionary<string, int> Ports => (Main.Ports ?? []).ToDictionary(port => port.Name, port => port.ContainerPort);

    /// <summary>Other objects that it names.</summary>
    public IEnumerable<(string Kind, string? Name)> References =>
    [
        ("ServiceAccount", Template.Spec.ServiceAccountName),
        ("PriorityClass", Template.Spec.PriorityClassName),
        .. Containers.SelectMany(container => container.EnvFrom ?? []).Select(from => ("ConfigMap", from.ConfigMapRef?.Name)),
        .. Containers.SelectMany(container => container.Env ?? []).Select(variable => ("Secret", variable.ValueFrom?.SecretKeyRef?.Name)),
        .. Template.Spec.Volumes.Select(volume => ("PersistentVolumeClaim", volume.PersistentVolumeClaim?.ClaimName)),
        .. Template.Spec.Volumes.Select(volume => ("Secret", volume.Secret?.SecretName)),
    ];
}
