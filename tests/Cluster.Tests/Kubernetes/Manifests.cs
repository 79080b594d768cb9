using System.Collections.Concurrent;
using System.Diagnostics;
using k8s;
using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>The objects of a kustomization, as kubectl renders them.</summary>
internal static class Manifests
{
    // Operators' own kinds, as far as they are used here.
    private static readonly Dictionary<string, Type> OperatorKinds = new()
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(ScaledObject),
    };

    private static readonly ConcurrentDictionary<string, Task<string>> Rendered = [];

    public static string? Kubectl { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl"))
        .FirstOrDefault(File.Exists);

    /// <summary>What kubectl would apply; rendered once.</summary>
    /// <param name="folder">Below k8s/.</param>
    public static Task<string> RenderAsync(string folder) => Rendered.GetOrAdd(folder, KustomizeAsync);

    /// <summary>The objects in a text; a field that their kind does not have is an error.</summary>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string text) =>
        [.. KubernetesYaml.LoadAllFromString(text, OperatorKinds, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];

    private static async Task<string> KustomizeAsync(string folder)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Kubectl!, ["kustomize", Path.Combine(Shared.Root, "k8s", folder)]) { RedirectStandardOutput = true })!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return text;
    }
}
