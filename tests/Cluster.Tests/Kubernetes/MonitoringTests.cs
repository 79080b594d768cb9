using System.Text.Json;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>Alerts, dashboard and scaling ask for metrics that exist, and the runbook knows every alert.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Component = Path.Combine(Shared.Root, "k8s", "components", "monitoring");

    // docs/metrics.md, which a test compares with what a silo has, by the names that Prometheus gives.
    private static readonly HashSet<string> Known =
    [
        .. Documented().Matches(File.ReadAllText(Path.Combine(Shared.Root, "docs", "metrics.md"))).Select(row => PrometheusName(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value)),
    ];

    [KubectlTheory]
    [InlineData("overlays/operators")]
    public async Task Alerts_AskForMetricsThatExist_AndAreInTheRunbook(string folder)
    {
        IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects = Manifests.Read(await Manifests.RenderAsync(folder));
        PrometheusRule.AlertRule[] alerts = [.. Assert.Single(objects.OfType<PrometheusRule>()).Spec.Groups.SelectMany(group => group.Rules)];
        string runbook = await File.ReadAllTextAsync(Path.Combine(Shared.Root, "docs", "operations.md"));
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            AssertExist(alert.Expr);
            Assert.Contains($"### {alert.Alert}\n", runbook, StringComparison.Ordinal);
            Assert.Equal($"docs/operations.md#{alert.Alert.ToLowerInvariant()}", alert.Annotations["runbook_url"]);
        });
        Assert.All(objects.OfType<ScaledObject>().SelectMany(scaled => scaled.Spec.Triggers), trigger => AssertExist(trigger.Metadata["query"]));
    }

    [Fact]
    public void Dashboard_AsksForMetricsThatExist()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Component, "dashboard.json")));
        string[] queries = [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)];
        Assert.InRange(queries.Length, 8, 100);
        Assert.All(queries, AssertExist);
    }

    private static void AssertExist(string query) => Assert.All(Metric().Matches(query), metric => Assert.Contains(metric.Value, Known));

    private static string PrometheusName(string name, string kind, string unit)
    {
        string said = name.Replace('.', '_');
        said += unit == "By" && !said.EndsWith("_bytes", StringComparison.Ordinal) ? "_bytes" : unit == "s" ? "_seconds" : string.Empty;
        return kind == "counter" ? $"{said}_total" : said;
    }

    [GeneratedRegex(@"\bmusc_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^\| `(musc\.[a-z.]+)` \| (\w+) \| `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Documented();
}
