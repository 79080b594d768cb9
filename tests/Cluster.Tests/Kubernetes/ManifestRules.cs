using k8s;
using k8s.Models;
using MuSc.Grains;
using MuSc.Silo.Hosting;
using MuSc.Web.Api;

namespace MuSc.Cluster.Tests.Kubernetes;

/// <summary>What must hold across the objects of a cluster, and between them and the program that they run.</summary>
internal sealed class ManifestRules(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects)
{
    // What the one who installs makes: passwords, keys and a certificate are in no file here.
    private static readonly string[] SecretsOfOthers = ["musc-database", "musc-database-owner", "musc-keys", "musc-tls"];
    private static readonly string[] OtherVariables =
        ["MUSC_CLUSTER", "MUSC_HOME", "MUSC_KEYS", "POD_NAME", "POD_IP", "ORLEANS_CLUSTER_ID", "ORLEANS_SERVICE_ID", "DOTNET_EnableDiagnostics", "DOTNET_gcServer", "ASPNETCORE_FORWARDEDHEADERS_ENABLED"];

    private static readonly string[] ForeignSections = ["Logging"];
    private static readonly string ProgramVersion = typeof(MuScOptions).Assembly.GetName().Version!.ToString(3);

    private IReadOnlyList<Workload> Workloads { get; } =
    [
        .. objects.OfType<V1Deployment>().Select(one => new Workload(one.Name(), one.Spec.Template, one.Spec.Selector.MatchLabels, one)),
        .. objects.OfType<V1Job>().Select(one => new Workload(one.Name(), one.Spec.Template, null, null)),
    ];

    private IEnumerable<Workload> Silos => Workloads.Where(workload => workload.Labels["app.kubernetes.io/name"] == "musc");

    /// <summary>What is wrong, each line naming an object.</summary>
    public IReadOnlyList<string> Problems() =>
        [.. References(), .. Selectors(), .. Probes(), .. Budgets(), .. Settings(), .. Confinement(), .. Volumes(), .. Scaling(), .. Network(), .. Rollouts()];

    private IEnumerable<string> References()
    {
        HashSet<(string Kind, string Name)> there = [.. objects.Select(item => (item.Kind, item.Name())), .. SecretsOfOthers.Select(name => ("Secret", name))];
        foreach ((Workload workload, string kind, string? name) in Workloads.SelectMany(workload => workload.References.Select(used => (workload, used.Kind, used.Name))))
        {
            if (name is not null && !there.Contains((kind, name)))
            {
                yield return $"{workload.Name}: there is no {kind} {name}.";
            }
        }

        foreach (V1Ingress ingress in objects.OfType<V1Ingress>())
        {
            foreach (V1IngressServiceBackend backend in ingress.Spec.Rules.SelectMany(rule => rule.Http.Paths).Select(path => path.Backend.Service))
            {
                if (!objects.OfType<V1Service>().Any(service => service.Name() == backend.Name && service.Spec.Ports.Any(port => port.Name == backend.Port.Name)))
                {
                    yield return $"{ingress.Name()}: there is no Service {backend.Name} with a port {backend.Port.Name}.";
                }
            }
        }
    }

    private IEnumerable<string> Selectors()
    {
        foreach (Workload workload in Workloads.Where(workload => workload.Selector is not null && Chosen(workload.Selector).Count != 1))
        {
            yield return $"{workload.Name}: its selector chooses {Chosen(workload.Selector!).Count} workloads, not itself alone.";
        }

        foreach (V1Service service in objects.OfType<V1Service>())
        {
            IReadOnlyList<Workload> chosen = Chosen(service.Spec.Selector);
            if (chosen.Count == 0)
            {
                yield return $"{service.Name()}: its selector chooses no pod.";
            }

            foreach (V1ServicePort port in service.Spec.Ports.Where(port => chosen.Any(workload => !workload.Ports.ContainsKey(port.TargetPort.Value))))
            {
                yield return $"{service.Name()}: a pod has no port {port.TargetPort.Value}.";
            }
        }
    }

    private IEnumerable<string> Probes()
    {
        foreach (Workload silo in Silos)
        {
            (V1Probe Probe, string Path)[] expected =
            [
                (silo.Main.StartupProbe, HealthEndpoints.Startup), (silo.Main.ReadinessProbe, HealthEndpoints.Ready), (silo.Main.LivenessProbe, HealthEndpoints.Live),
            ];
            foreach ((V1Probe probe, string path) in expected.Where(pair => pair.Probe?.HttpGet.Path != pair.Path || !silo.Ports.ContainsKey(pair.Probe.HttpGet.Port.Value)))
            {
                yield return $"{silo.Name}: the program answers the probe {path} on the port 'health', not {probe?.HttpGet.Path} on '{probe?.HttpGet.Port.Value}'.";
            }

            SiloSettings program = new() { Listen = "*:8080" };
            Dictionary<string, int> listens = new() { ["silo"] = program.SiloPort, ["gateway"] = program.GatewayPort, ["health"] = program.Health!.Port, ["http"] = program.Http!.Port };
            foreach ((string name, int port) in silo.Ports.Where(port => !listens.TryGetValue(port.Key, out int real) || real != port.Value))
            {
                yield return $"{silo.Name}: the program does not listen on port {port} as '{name}'.";
            }
        }
    }

    private IEnumerable<string> Budgets()
    {
        foreach (V1PodDisruptionBudget budget in objects.OfType<V1PodDisruptionBudget>())
        {
            IReadOnlyList<Workload> chosen = Chosen(budget.Spec.Selector.MatchLabels);
            if (chosen.Count != 1)
            {
                yield return $"{budget.Name()}: its selector chooses {chosen.Count} workloads, not one.";
            }

            int replicas = chosen.Select(Fewest).DefaultIfEmpty(0).Min();
            if (budget.Spec.MaxUnavailable is { Value: "0" } || (budget.Spec.MinAvailable is { } least && int.Parse(least.Value, null) >= replicas))
            {
                yield return $"{budget.Name()}: of {replicas} pods none may be evicted, so that no node can be drained.";
            }
        }

        foreach (Workload silo in Silos.Where(silo => !objects.OfType<V1PodDisruptionBudget>().Any(budget => Matches(silo.Labels, budget.Spec.Selector.MatchLabels))))
        {
            yield return $"{silo.Name}: it has no disruption budget.";
        }

        int Fewest(Workload workload) =>
            objects.OfType<ScaledObject>().FirstOrDefault(scaled => scaled.Spec.ScaleTargetRef.Name == workload.Name)?.Spec.MinReplicaCount ?? workload.Deployment!.Spec.Replicas ?? 1;
    }

    private IEnumerable<string> Settings()
    {
        foreach (Workload silo in Silos)
        {
            Dictionary<string, string> shared = objects.OfType<V1ConfigMap>()
                .Where(map => silo.Main.EnvFrom?.Any(from => from.ConfigMapRef?.Name == map.Name()) == true).SelectMany(map => map.Data).ToDictionary();
            Dictionary<string, string?> variables = silo.Main.Env.ToDictionary(variable => variable.Name, string? (variable) => variable.Value);
            foreach (string name in variables.Keys.Concat(shared.Keys).Where(name => !IsKnown(name)))
            {
                yield return $"{silo.Name}: the program has no setting {name}.";
            }

            MuScOptions options = new()
            {
                Roles = variables.GetValueOrDefault("MuSc__Roles") ?? string.Empty,
                Device = variables.GetValueOrDefault("MuSc__Device") ?? "cpu",
                ResultsRoot = shared.TryGetValue("MuSc__ResultsRoot", out string? root) ? root : string.Empty,
                ProcessBytes = silo.Main.Resources.Limits["memory"].ToInt64(),
            };
            foreach (string problem in options.Problems())
            {
                yield return $"{silo.Name}: {problem}";
            }

            if (options.RoleList.Contains(SiloRoles.Gateway) != silo.Ports.ContainsKey("http"))
            {
                yield return $"{silo.Name}: the HTTP API is served by silos with the role gateway, and by them alone.";
            }
        }

        string[] missing = [.. SiloRoles.All.Except(Silos.SelectMany(silo => silo.Main.Env).Where(variable => variable.Name == "MuSc__Roles").SelectMany(variable => variable.Value.Split(',')))];
        if (missing.Length > 0 && Silos.Any())
        {
            yield return $"No silo has the role {string.Join(", ", missing)}.";
        }

        static bool IsKnown(string name) => name.Split("__") switch
        {
            [MuScOptions.Section, var setting] => typeof(MuScOptions).GetProperty(setting) is not null,
            [SiloSettings.Section, var setting] => typeof(SiloSettings).GetProperty(setting) is not null,
            [WebOptions.Section, var setting] => typeof(WebOptions).GetProperty(setting) is not null,
            [var section, ..] when ForeignSections.Contains(section) => true,
            _ => OtherVariables.Contains(name),
        };
    }

    private IEnumerable<string> Confinement()
    {
        foreach (Workload workload in Workloads)
        {
            V1PodSpec pod = workload.Template.Spec;
            if (pod.SecurityContext is not { RunAsNonRoot: true, RunAsUser: > 0, SeccompProfile.Type: "RuntimeDefault" } || pod.AutomountServiceAccountToken != false)
            {
                yield return $"{workload.Name}: a pod runs as a user that is not root, under the runtime's seccomp profile, without a token.";
            }

            foreach (V1Container container in workload.Containers)
            {
                if (container.SecurityContext is not { ReadOnlyRootFilesystem: true, AllowPrivilegeEscalation: false, Capabilities.Drop: ["ALL"] })
                {
                    yield return $"{workload.Name}: the container {container.Name} writes only to its mounts and gains no rights.";
                }

                string tag = container.Image.Split(':') is [_, var given] ? given : string.Empty;
                bool ours = container.Image.StartsWith("musc-cluster:", StringComparison.Ordinal);
                if (container.ImagePullPolicy != "IfNotPresent" || !(ours ? tag.Split('-')[0] == ProgramVersion : tag is not ("" or "latest")))
                {
                    yield return $"{workload.Name}: the image {container.Image} is not of the version {ProgramVersion} of this program, or has none, or is fetched each time.";
                }

                if (container.Resources is not { Requests: { } requests, Limits: { } limits } || !requests.ContainsKey("cpu") || !requests.ContainsKey("memory") || !limits.ContainsKey("memory") || limits.ContainsKey("cpu"))
                {
                    yield return $"{workload.Name}: the container {container.Name} asks for processor and memory, and is limited in memory alone.";
                }
            }

            if (workload.Containers.Where(container => container.Env?.Any(variable => variable.ValueFrom?.SecretKeyRef?.Name == "musc-database-owner") == true).Any(container => container.Name != "init-db"))
            {
                yield return $"{workload.Name}: the database's owner is known to init-db alone.";
            }
        }
    }

    private IEnumerable<string> Volumes()
    {
        foreach (Workload workload in Workloads)
        {
            HashSet<string> volumes = [.. workload.Template.Spec.Volumes.Select(volume => volume.Name)];
            foreach (string mount in workload.Containers.SelectMany(container => container.VolumeMounts).Select(mount => mount.Name).Where(name => !volumes.Contains(name)).Distinct())
            {
                yield return $"{workload.Name}: there is no volume {mount}.";
            }

            long needed = 0;
            foreach (V1Volume volume in workload.Template.Spec.Volumes.Where(volume => volume.EmptyDir is not null))
            {
                needed += volume.EmptyDir.SizeLimit?.ToInt64() ?? 0;
                if (volume.EmptyDir.SizeLimit is null)
                {
                    yield return $"{workload.Name}: the volume {volume.Name} has no size limit.";
                }
            }

            long asked = workload.Main.Resources.Requests.TryGetValue("ephemeral-storage", out ResourceQuantity? quantity) ? quantity.ToInt64() : 0;
            if (asked < needed)
            {
                yield return $"{workload.Name}: it asks for {asked} bytes of ephemeral storage, and its volumes may take {needed}.";
            }
        }
    }

    private IEnumerable<string> Scaling()
    {
        foreach (ScaledObject scaled in objects.OfType<ScaledObject>())
        {
            Workload? target = Workloads.FirstOrDefault(workload => workload.Name == scaled.Spec.ScaleTargetRef.Name);
            if (target?.Deployment is not { Spec.Replicas: null })
            {
                yield return $"{scaled.Name()}: its target {scaled.Spec.ScaleTargetRef.Name} is not there, or says a number of replicas itself.";
            }

            if (!scaled.Spec.Triggers[0].Metadata["query"].Contains("musc_tiles_pending", StringComparison.Ordinal))
            {
                yield return $"{scaled.Name()}: it scales on another metric than musc_tiles_pending.";
            }
        }

        foreach (ServiceMonitor monitor in objects.OfType<ServiceMonitor>())
        {
            V1Service? service = objects.OfType<V1Service>().FirstOrDefault(service => Matches(service.Labels(), monitor.Spec.Selector.MatchLabels));
            if (service is null || monitor.Spec.Endpoints.Any(endpoint => endpoint.Path != HealthEndpoints.Metrics || service.Spec.Ports.All(port => port.Name != endpoint.Port)))
            {
                yield return $"{monitor.Name()}: it finds no Service, or not where that gives metrics.";
            }
        }
    }

    private IEnumerable<string> Network()
    {
        foreach (V1NetworkPolicy policy in objects.OfType<V1NetworkPolicy>())
        {
            IReadOnlyList<Workload> guarded = Chosen(policy.Spec.PodSelector.MatchLabels);
            IEnumerable<V1NetworkPolicyPort> ports = [.. policy.Spec.Ingress.SelectMany(rule => rule.Ports), .. policy.Spec.Egress.SelectMany(rule => rule.Ports)];
            foreach (string port in ports.Select(port => port.Port.Value).Where(port => !int.TryParse(port, out _) && guarded.All(pod => !pod.Ports.ContainsKey(port))).Distinct())
            {
                yield return $"{policy.Name()}: no pod has a port {port}.";
            }

            if (!policy.Spec.PolicyTypes.Contains("Egress") || guarded.Count != Silos.Count())
            {
                yield return $"{policy.Name()}: it guards {guarded.Count} of {Silos.Count()} kinds of silos, in both directions.";
            }
        }
    }

    private IEnumerable<string> Rollouts()
    {
        foreach (Workload silo in Silos.Where(silo => silo.Main.Resources.Limits.ContainsKey("nvidia.com/gpu") && silo.Deployment!.Spec.Strategy.RollingUpdate.MaxSurge.Value != "0"))
        {
            yield return $"{silo.Name}: a rollout would need a graphics processor to spare.";
        }

        foreach (Workload silo in Silos.Where(silo => silo.Template.Spec.TerminationGracePeriodSeconds is not > 120))
        {
            yield return $"{silo.Name}: the host takes up to 120 s to end, and is given {silo.Template.Spec.TerminationGracePeriodSeconds}.";
        }
    }

    private IReadOnlyList<Workload> Chosen(IDictionary<string, string> labels) => [.. Workloads.Where(workload => Matches(workload.Labels, labels))];

    private static bool Matches(IDictionary<string, string> labels, IDictionary<string, string> wanted) =>
        wanted.Count > 0 && wanted.All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);
}
