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

/// <summary>The Prometheus operator's description of what to scrape.</summary>
public sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = string.Empty;

    public string Kind { get; set; } = string.Empty;

    public V1ObjectMeta Metadata { get; set; } = new();

    public MonitorSpec Spec { get; set; } = new();

    public sealed class MonitorSpec
    {
        public V1LabelSelector Selector { get; set; } = new();

        public IList<MonitorEndpoint> Endpoints { get; set; } = [];
    }

    public sealed class MonitorEndpoint
    {
        public string Port { get; set; } = string.Empty;

        public string Path { get; set; } = string.Empty;

        public string Interval { get; set; } = string.Empty;
    }
}

/// <summary>The Prometheus operator's alerts.</summary>
public sealed class PrometheusRule : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = string.Empty;

    public string Kind { get; set; } = string.Empty;

    public V1ObjectMeta Metadata { get; set; } = new();

    public RuleSpec Spec { get; set; } = new();

    public sealed class RuleSpec
    {
        public IList<RuleGroup> Groups { get; set; } = [];
    }

    public sealed class RuleGroup
    {
        public string Name { get; set; } = string.Empty;

        public IList<AlertRule> Rules { get; set; } = [];
    }

    public sealed class AlertRule
    {
        public string Alert { get; set; } = string.Empty;

        public string Expr { get; set; } = string.Empty;

        public string For { get; set; } = string.Empty;

        public IDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

        public IDictionary<string, string> Annotations { get; set; } = new Dictionary<string, string>();
    }
}

/// <summary>KEDA's description of what to scale.</summary>
public sealed class ScaledObject : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = string.Empty;

    public string Kind { get; set; } = string.Empty;

    public V1ObjectMeta Metadata { get; set; } = new();

    public ScaleSpec Spec { get; set; } = new();

    public sealed class ScaleSpec
    {
        public V1CrossVersionObjectReference ScaleTargetRef { get; set; } = new();

        public int MinReplicaCount { get; set; }

        public int MaxReplicaCount { get; set; }

        public int CooldownPeriod { get; set; }

        public IList<ScaleTrigger> Triggers { get; set; } = [];
    }

    public sealed class ScaleTrigger
    {
        public string Type { get; set; } = string.Empty;

        public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();
    }
}
