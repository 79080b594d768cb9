using MuSc.Grains;
using MuSc.Silo.Hosting;
using YamlDotNet.RepresentationModel;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>The shape of every object in k8s/, against the code that it configures. Nothing here runs on a cluster.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string> Kustomizations { get; } = ["base", "gpu", "single", "local"];

    [KubectlTheory]
    [MemberData(nameof(Kustomizations))]
    public void Silos_have_probes_ports_and_grace_that_match_the_code(string name)
    {
        foreach (YamlNode silo in Silos(name))
        {
            YamlNode container = silo.At("spec", "template", "spec", "containers", 0)!;
            Assert.Equal(HealthEndpoints.Startup, container.Text("startupProbe", "httpGet", "path"));
            Assert.Equal(HealthEndpoints.Ready, container.Text("readinessProbe", "httpGet", "path"));
            Assert.Equal(HealthEndpoints.Live, container.Text("livenessProbe", "httpGet", "path"));
            SiloSettings defaults = new();
            Dictionary<string, string> ports = container.Items("ports").ToDictionary(port => port.Text("name")!, port => port.Text("containerPort")!);
            Assert.Equal($"{defaults.SiloPort}", ports["silo"]);
            Assert.Equal($"{defaults.GatewayPort}", ports["gateway"]);
            Assert.Equal($"{new SiloSettings { Listen = "*:8080" }.Health!.Port}", ports["http"]);
            Assert.Equal("150", silo.Text("spec", "template", "spec", "terminationGracePeriodSeconds"));
            Assert.Equal(["serve"], container.Items("args").Select(arg => $"{arg}"));
            Assert.Contains(container.Items("env"), entry => entry.Text("name") == "MUSC_CLUSTER" && entry.Text("valueFrom", "secretKeyRef", "name") == "musc-database");
        }
    }

    [KubectlTheory]
    [MemberData(nameof(Kustomizations))]
    public void Roles_and_settings_are_known_to_the_code_and_all_roles_are_there(string name)
    {
        HashSet<string> roles = [];
        foreach (YamlNode silo in Silos(name))
        {
            Dictionary<string, string?> values = silo.Items("spec", "template", "spec", "containers", 0, "env")
                .ToDictionary(entry => entry.Text("name")!, entry => entry.Text("value"));
            MuScOptions options = new() { Roles = values["MuSc__Roles"]!, ResultsRoot = "/results", Device = values.GetValueOrDefault("MuSc__Device") ?? "cpu" };
            Assert.Empty(options.Problems());
            roles.UnionWith(options.RoleList);
            Assert.All(values.Keys.Where(key => key.Contains("__", StringComparison.Ordinal)), AssertIsSetting);
        }

        Assert.Equal(SiloRoles.All.Order(), roles.Order());
        IReadOnlyDictionary<string, string> settings = Assert.Single(Manifests.Render(name).OfKind("ConfigMap")).Map("data");
        // Probes come from outside of the pod; the API, which has no keys here, stays inside.
        Assert.Equal(new("*", 8081), HttpPlace.Parse(settings["Silo__HealthListen"]));
        Assert.DoesNotContain("Silo__Listen", settings.Keys);
        Assert.All(settings.Keys.Where(key => key.StartsWith("MuSc", StringComparison.Ordinal) || key.StartsWith("Silo", StringComparison.Ordinal)), AssertIsSetting);
    }

    [KubectlTheory]
    [MemberData(nameof(Kustomizations))]
    public void Owner_of_the_database_is_known_to_init_db_alone(string name)
    {
        const string owner = "musc-database-owner";
        YamlNode[] knowing = [.. Workloads(name).Where(workload => workload.Items("spec", "template", "spec", "containers", 0, "env")
            .Any(entry => entry.Text("valueFrom", "secretKeyRef", "name") == owner))];
        Assert.Equal("musc-init-db", Assert.Single(knowing).Text("metadata", "name"));
    }

    [KubectlTheory]
    [MemberData(nameof(Kustomizations))]
    public void Every_container_is_confined(string name)
    {
        foreach (YamlNode workload in Workloads(name))
        {
            YamlNode pod = workload.At("spec", "template", "spec")!;
            Assert.Equal("true", pod.Text("securityContext", "runAsNonRoot"));
            Assert.Equal("RuntimeDefault", pod.Text("securityContext", "seccompProfile", "type"));
            Assert.Equal("false", pod.Text("automountServiceAccountToken"));
            foreach (YamlNode container in pod.Items("containers"))
            {
                Assert.Equal("true", container.Text("securityContext", "readOnlyRootFilesystem"));
                Assert.Equal("false", container.Text("securityContext", "allowPrivilegeEscalation"));
                Assert.Equal("ALL", container.Text("securityContext", "capabilities", "drop", 0));
                Assert.NotNull(container.Text("resources", "requests", "cpu"));
                Assert.NotNull(container.Text("resources", "limits", "memory"));
                Assert.Null(container.Text("resources", "limits", "cpu"));
                HashSet<string> volumes = [.. pod.Items("volumes").Select(volume => volume.Text("name")!)];
                Assert.All(container.Items("volumeMounts"), mount => Assert.Contains(mount.Text("name")!, volumes));
            }
        }
    }

    [KubectlTheory]
    [MemberData(nameof(Kustomizations))]
    public void Whatever_selects_finds_pods_and_ports_have_names_that_exist(string name)
    {
        IReadOnlyList<YamlNode> objects = Manifests.Render(name);
        YamlNode[] pods = [.. Workloads(name).Select(workload => workload.At("spec", "template")!)];
        foreach (YamlNode service in objects.OfKind("Service"))
        {
            YamlNode[] chosen = Chosen(pods, service.Map("spec", "selector"));
            Assert.NotEmpty(chosen);
            foreach (YamlNode port in service.Items("spec", "ports"))
            {
                Assert.All(chosen, pod => Assert.Contains(port.Text("targetPort"), pod.Items("spec", "containers", 0, "ports").Select(entry => entry.Text("name"))));
            }
        }

        foreach (YamlNode budget in objects.OfKind("PodDisruptionBudget"))
        {
            Assert.Single(Chosen(pods, budget.Map("spec", "selector", "matchLabels")));
        }

        foreach (YamlNode deployment in objects.OfKind("Deployment"))
        {
            Assert.Single(Chosen(pods, deployment.Map("spec", "selector", "matchLabels")));
        }

        YamlNode policy = Assert.Single(objects.OfKind("NetworkPolicy"));
        YamlNode[] guarded = Chosen(pods, policy.Map("spec", "podSelector", "matchLabels"));
        Assert.Equal(Silos(name).Count(), guarded.Length);
        foreach (YamlNode port in policy.Items("spec", "ingress").SelectMany(rule => rule.Items("ports")))
        {
            Assert.All(guarded, pod => Assert.Contains(port.Text("port"), pod.Items("spec", "containers", 0, "ports").Select(entry => entry.Text("name"))));
        }
    }

    [KubectlTheory]
    [InlineData("base")]
    [InlineData("gpu")]
    [InlineData("single")]
    public void Scaling_and_monitoring_watch_what_silos_offer(string name)
    {
        IReadOnlyList<YamlNode> objects = Manifests.Render(name);
        YamlNode scaling = Assert.Single(objects.OfKind("ScaledObject"));
        Assert.Contains(objects.OfKind("Deployment"), deployment => deployment.Name() == scaling.Text("spec", "scaleTargetRef", "name"));
        Assert.Contains("musc_tiles_pending", scaling.Text("spec", "triggers", 0, "metadata", "query"), StringComparison.Ordinal);
        YamlNode monitor = Assert.Single(objects.OfKind("ServiceMonitor"));
        Assert.Equal(HealthEndpoints.Metrics, monitor.Text("spec", "endpoints", 0, "path"));
        IReadOnlyDictionary<string, string> wanted = monitor.Map("spec", "selector", "matchLabels");
        Assert.Contains(objects.OfKind("Service"), service => Matches(service.Map("metadata", "labels"), wanted));
    }

    [KubectlTheory]
    [InlineData("gpu")]
    public void Extractors_with_a_graphics_processor_ask_for_one(string name)
    {
        YamlNode extractor = Assert.Single(Silos(name), silo => silo.Name() == "musc-extractor");
        YamlNode pod = extractor.At("spec", "template", "spec")!;
        Assert.Equal("1", pod.Text("containers", 0, "resources", "limits", "nvidia.com/gpu"));
        Assert.NotEmpty(pod.Map("nodeSelector"));
        Assert.Equal("nvidia.com/gpu", pod.Text("tolerations", 0, "key"));
        Assert.Contains(pod.Items("containers", 0, "env"), entry => entry.Text("name") == "MuSc__Device" && entry.Text("value") == "cuda");
    }

    [Fact]
    public void Every_file_is_yaml_and_images_build_the_silo()
    {
        string[] files = Directory.GetFiles(Path.Combine([Shared.Root, "k8s"]), "*.yaml", SearchOption.AllDirectories);
        Assert.True(files.Length > 10);
        Assert.All(files, file => Assert.NotEmpty(Manifests.Parse(File.ReadAllText(file))));
        foreach (string file in Directory.GetFiles(Path.Combine([Shared.Root, "k8s", "images"])))
        {
            string text = File.ReadAllText(file);
            Assert.Contains("dotnet publish src/Cli", text, StringComparison.Ordinal);
            Assert.Contains("USER 10001", text, StringComparison.Ordinal);
            Assert.Equal(file.EndsWith("cuda", StringComparison.Ordinal), text.Contains("-p:Gpu=true", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<YamlNode> Workloads(string name) =>
        Manifests.Render(name).Where(item => item.Text("kind") is "Deployment" or "Job" or "StatefulSet");

    private static IEnumerable<YamlNode> Silos(string name) =>
        Workloads(name).Where(workload => workload.Text("spec", "template", "metadata", "labels", "app.kubernetes.io/name") == "musc");

    private static YamlNode[] Chosen(YamlNode[] pods, IReadOnlyDictionary<string, string> labels) =>
        [.. pods.Where(pod => Matches(pod.Map("metadata", "labels"), labels))];

    private static bool Matches(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted) =>
        wanted.Count > 0 && wanted.All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    private static void AssertIsSetting(string key)
    {
        string[] parts = key.Split("__");
        Type section = parts[0] == MuScOptions.Section ? typeof(MuScOptions) : typeof(SiloSettings);
        Assert.Contains(parts[0], new[] { MuScOptions.Section, SiloSettings.Section });
        Assert.NotNull(section.GetProperty(parts[1]));
    }
}
