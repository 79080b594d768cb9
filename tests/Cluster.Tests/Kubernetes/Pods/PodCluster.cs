using System.Diagnostics;
using System.Net;
using k8s;
using k8s.Models;
using MuSc.Cluster.Tests.Network;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>
/// An overlay's deployments, started without Kubernetes: pods on hosts of one network, with policies as rules of nftables, probed from a node, rolled out
/// and drained by their strategies and budgets; a PostgreSQL server stands for the pod of that name.
/// </summary>
internal sealed class PodCluster : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Home = new() { ["kubernetes.io/metadata.name"] = "musc" };

    // Whoever installs makes these, where an overlay does not: k8s/README.md.
    private static readonly V1Secret[] Secrets = [Database("musc-database", "musc_silo"), Database("musc-database-owner", "musc_owner")];

    private readonly IReadOnlyList<IKubernetesObject<V1ObjectMeta>> _objects;
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-pods").FullName;
    private readonly NetworkHosts _network = new();
    private readonly NetworkHost _node;
    private readonly PostgresServer _database;
    private readonly PodFiles _files;
    private readonly List<PolicyHost> _others = [];
    private readonly List<Pod> _pods = [];
    private readonly CancellationTokenSource _ends = new();
    private Task _probes = Task.CompletedTask;
    private int _started;
    private int _turns;

    /// <param name="objects">The overlay's objects, and the secrets that it needs.</param>
    /// <param name="program">The folder of the program.</param>
    public PodCluster(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects, string program)
    {
        _objects = [.. objects, .. Secrets.Where(secret => !objects.Any(one => one is V1Secret && one.Name() == secret.Name()))];
        // Users of pods find what is theirs below it.
        using (Process chmod = Process.Start("chmod", ["711", _folder]))
        {
            chmod.WaitForExit();
        }

        _node = _network.Add("node");
        Node = From(_node);
        _database = new(host: _network.Add("database"));
        _database.Administer("CREATE ROLE musc_owner LOGIN; CREATE ROLE musc_silo LOGIN");
        _database.Administer("CREATE DATABASE pods OWNER musc_owner");
        _files = new(_objects, _folder, program);
        File.WriteAllText(_files.Hosts, $"127.0.0.1 localhost\n{_database.Host!.Address} musc-postgres\n");
    }

    /// <summary>Pods that were started and not ended.</summary>
    public IReadOnlyList<Pod> Pods => _pods;

    /// <summary>Asks from the node, as probes do.</summary>
    public HttpClient Node { get; }

    /// <summary>Pods that were ever started.</summary>
    public int Started => _started;

    /// <summary>Liveness probes that failed as often as makes Kubernetes start a container again.</summary>
    public int Restarts { get; private set; }

    private IEnumerable<V1Deployment> Silos => _objects.OfType<V1Deployment>().Where(one => one.Spec.Template.Metadata.Labels["app.kubernetes.io/name"] == "musc");

    /// <summary>Starts all pods at once and probes them from then on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Silos.SelectMany(one => Enumerable.Range(0, one.Spec.Replicas ?? 1).Select(_ => AddAsync(one, cancellationToken))));
        _probes = ProbeAsync();
    }

    /// <summary>Another host, such as a client's.</summary>
    /// <param name="name">At most eight letters.</param>
    /// <param name="labels">As a pod.</param>
    /// <param name="namespaceLabels">Of its Kubernetes namespace; null for the cluster's own.</param>
    public NetworkHost Add(string name, Dictionary<string, string> labels, Dictionary<string, string>? namespaceLabels = null)
    {
        NetworkHost host = _network.Add(name);
        _others.Add(new($"{host.Address}", labels, namespaceLabels ?? Home));
        Guard();
        return host;
    }

    /// <summary>Asks from a host; the name of a service leads to one of its ready pods.</summary>
    public HttpClient From(NetworkHost host) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = (context, cancellationToken) => host.ConnectAsync(
            IPAddress.TryParse(context.DnsEndPoint.Host, out IPAddress? address) ? new(address, context.DnsEndPoint.Port) : Ready(context.DnsEndPoint.Host), cancellationToken),
    });

    /// <summary>Replaces a deployment's pods one by one, by its strategy.</summary>
    /// <param name="deployment">Which.</param>
    /// <param name="ending">Done before each pod is asked to end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RollOutAsync(string deployment, Func<Task> ending, CancellationToken cancellationToken)
    {
        foreach (Pod old in _pods.Where(pod => pod.Deployment.Name() == deployment).ToArray())
        {
            if (old.Deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value != "0")
            {
                await AddAsync(old.Deployment, cancellationToken);
                await Task.Delay(TimeSpan.FromSeconds(old.Deployment.Spec.MinReadySeconds ?? 0), cancellationToken);
                await ending();
                await EndAsync(old);
            }
            else
            {
                await ending();
                await EndAsync(old);
                await AddAsync(old.Deployment, cancellationToken);
            }
        }
    }

    /// <summary>Starts one more pod of a deployment.</summary>
    public Task ScaleOutAsync(string deployment, CancellationToken cancellationToken) => AddAsync(Silos.Single(one => one.Name() == deployment), cancellationToken);

    /// <summary>Evicts pods as a drained node does: no more of a deployment at a time than its budget allows, each replaced elsewhere.</summary>
    /// <param name="pods">The node's.</param>
    /// <param name="ending">Done before each pod is asked to end.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task DrainAsync(IReadOnlyList<Pod> pods, Func<Task> ending, CancellationToken cancellationToken)
    {
        foreach (Pod pod in pods)
        {
            V1PodDisruptionBudget budget = _objects.OfType<V1PodDisruptionBudget>().Single(budget =>
                budget.Spec.Selector.MatchLabels.All(pair => pod.Deployment.Spec.Template.Metadata.Labels.TryGetValue(pair.Key, out string? value) && value == pair.Value));
            int missing = (pod.Deployment.Spec.Replicas ?? 1) - _pods.Count(one => one.Ready && one.Deployment == pod.Deployment);
            Assert.True(missing < int.Parse(budget.Spec.MaxUnavailable.Value, null), $"{budget.Name()} does not let {pod.Name} go.");
            await ending();
            await EndAsync(pod);
            await AddAsync(pod.Deployment, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _probes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pods.ForEach(pod => pod.Dispose());
        Node.Dispose();
        _database.Dispose();
        _files.Dispose();
        _network.Dispose();
        _ends.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static V1Secret Database(string name, string user) => new()
    {
        ApiVersion = "v1",
        Kind = "Secret",
        Metadata = new() { Name = name },
        StringData = new Dictionary<string, string> { ["connection-string"] = $"Host=musc-postgres;Username={user};Database=pods" },
    };

    private async Task AddAsync(V1Deployment deployment, CancellationToken cancellationToken)
    {
        int number = ++_started;
        Pod pod = new($"{deployment.Name()}-{number}", deployment, _network.Add($"pod{number}"), _files);
        _pods.Add(pod);
        Guard();
        await pod.StartAsync(Node, cancellationToken);
    }

    private async Task EndAsync(Pod pod)
    {
        Assert.True(await pod.EndAsync(), $"{pod.Name} did not end by itself: {string.Join('\n', pod.Lines.TakeLast(20))}");
        _pods.Remove(pod);
        pod.Dispose();
        Guard();
    }

    // A service by its name, as a cluster's DNS and proxies lead to it.
    private IPEndPoint Ready(string service)
    {
        V1Service found = _objects.OfType<V1Service>().Single(one => one.Name() == service);
        Pod[] ready = [.. _pods.Where(pod => pod.Ready && found.Spec.Selector.All(pair => pod.Deployment.Spec.Template.Metadata.Labels.TryGetValue(pair.Key, out string? value) && value == pair.Value))];
        Assert.NotEmpty(ready);
        Pod next = ready[(uint)Interlocked.Increment(ref _turns) % ready.Length];
        return new(next.Host.Address, next.Ports[found.Spec.Ports[0].TargetPort.Value]);
    }

    private void Guard()
    {
        List<PolicyHost> hosts = [.. _others, .. _pods.Select(Seen)];
        foreach (Pod pod in _pods.ToArray())
        {
            string[] enter = [.. pod.Host.Enter, "nft", "-f", "-"];
            using Process nft = Process.Start(new ProcessStartInfo(enter[0], enter[1..]) { RedirectStandardInput = true, RedirectStandardError = true })!;
            nft.StandardInput.Write(PodPolicies.Rules(_objects.OfType<V1NetworkPolicy>(), Seen(pod), pod.Ports, hosts, $"{_node.Address}"));
            nft.StandardInput.Close();
            string error = nft.StandardError.ReadToEnd();
            nft.WaitForExit();
            Assert.True(nft.ExitCode == 0, error);
        }

        static PolicyHost Seen(Pod pod) => new($"{pod.Host.Address}", pod.Deployment.Spec.Template.Metadata.Labels, Home);
    }

    private async Task ProbeAsync()
    {
        Dictionary<Pod, int> failures = [];
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(10));
        while (await timer.WaitForNextTickAsync(_ends.Token))
        {
            foreach (Pod pod in _pods.Where(pod => pod.Ready).ToArray())
            {
                bool healthy = await pod.IsHealthyAsync(Node, pod.Main.LivenessProbe, _ends.Token) || !pod.Ready;
                failures[pod] = healthy ? 0 : failures.GetValueOrDefault(pod) + 1;
                Restarts += failures[pod] == pod.Main.LivenessProbe.FailureThreshold ? 1 : 0;
            }
        }
    }
}
