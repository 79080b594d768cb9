using k8s;
using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>An object of a kind that an operator adds.</summary>
public abstract class OperatorObject<TSpec> : IKubernetesObject<V1ObjectMeta>
    where TSpec : new()
{
    public string ApiVersion { get; set; } = string.Empty;

    public string Kind { get; set; } = string.Empty;

    public V1ObjectMeta Metadata { get; set; } = new();

    public TSpec Spec { get; set; } = new();
}

/// <summary>The Prometheus operator's description of what to scrape.</summary>
public sealed class ServiceMonitor : OperatorObject<ServiceMonitor.MonitorSpec>
{
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
public sealed class PrometheusRule : OperatorObject<PrometheusRule.RuleSpec>
{
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
public sealed class ScaledObject : OperatorObject<ScaledObject.ScaleSpec>
{
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
