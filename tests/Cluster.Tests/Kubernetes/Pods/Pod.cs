using System.Diagnostics;
using System.Globalization;
using k8s.Models;
using MuSc.Cluster.Tests.Network;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>
/// A pod without Kubernetes: a host of its own; its containers are processes under bubblewrap, with the user, the read-only root, the mounts, the
/// environment and the memory limit that its template says.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="deployment">What it is of.</param>
/// <param name="host">Its host.</param>
/// <param name="files">Files of the cluster that it may mount, and its own.</param>
internal sealed class Pod(string name, V1Deployment deployment, NetworkHost host, PodFiles files) : IDisposable
{
    private Process? _main;
    private Task? _output;

    public string Name => name;

    public NetworkHost Host => host;

    public V1Deployment Deployment => deployment;

    public V1PodSpec Spec => deployment.Spec.Template.Spec;

    public V1Container Main => Spec.Containers[0];

    public IReadOnlyDictionary<string, int> Ports => Main.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);

    /// <summary>Whether its readiness probe succeeded last, and it was not asked to end.</summary>
    public bool Ready { get; private set; }

    /// <summary>What it printed.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Runs the init containers to their ends, and starts the main one; a failed one is started again, as often as Kubernetes would within a minute or so.</summary>
    public async Task StartAsync(HttpClient node, CancellationToken cancellationToken)
    {
        foreach (V1Container init in Spec.InitContainers ?? [])
        {
            for (int attempt = 0; ; attempt++)
            {
                using Process process = Begin(init, out Task output);
                await process.WaitForExitAsync(cancellationToken);
                await output;
                if (process.ExitCode == 0)
                {
                    break;
                }

                Assert.True(attempt < 5, $"{name}: {init.Name} ended with {process.ExitCode}: {string.Join('\n', Lines)}");
            }
        }

        _main = Begin(Main, out _output);
        await ProbeAsync(node, Main.StartupProbe, cancellationToken);
        await ProbeAsync(node, Main.ReadinessProbe, cancellationToken);
        Assert.Empty(Confinement.Problems(Innermost(_main!.Id), Spec, Main));
        Ready = true;
    }

    /// <summary>Whether a probe succeeds now.</summary>
    public async Task<bool> IsHealthyAsync(HttpClient node, V1Probe probe, CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(probe.TimeoutSeconds ?? 1));
            using HttpResponseMessage answer = await node.GetAsync(
                new Uri($"http://{host.Address}:{Ports[probe.HttpGet.Port.Value]}{probe.HttpGet.Path}"), patience.Token);
            return (int)answer.StatusCode is >= 200 and < 400;
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>A metric's value, as Prometheus would fetch it.</summary>
    public async Task<string> MetricAsync(HttpClient node, string name, CancellationToken cancellationToken)
    {
        string page = await node.GetStringAsync(new Uri($"http://{host.Address}:{Ports["health"]}{HealthEndpoints.Metrics}"), cancellationToken);
        return page.Split('\n').Single(line => line.StartsWith($"{name}{{", StringComparison.Ordinal)).Split("} ")[1].Split(' ')[0];
    }

    /// <summary>Ends it as Kubernetes does: out of its services, SIGTERM, and SIGKILL after the grace.</summary>
    /// <returns>Whether it ended within the grace, without an error.</returns>
    public async Task<bool> EndAsync()
    {
        Ready = false;
        Kill("-TERM", Innermost(_main!.Id));
        try
        {
            await _main.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(Spec.TerminationGracePeriodSeconds ?? 30));
        }
        catch (TimeoutException)
        {
            Kill("-KILL", Innermost(_main.Id));
            await _main.WaitForExitAsync();
            return false;
        }

        return _main.ExitCode == 0;
    }

    public void Dispose()
    {
        if (_main is { HasExited: false })
        {
            _main.Kill(entireProcessTree: true);
            _main.WaitForExit();
        }

        _main?.Dispose();
    }

    private async Task ProbeAsync(HttpClient node, V1Probe probe, CancellationToken cancellationToken)
    {
        for (int failures = 0; !await IsHealthyAsync(node, probe, cancellationToken); failures++)
        {
            Assert.False(_main!.HasExited, $"{name} ended with {(_main.HasExited ? _main.ExitCode : 0)}: {string.Join('\n', Lines.TakeLast(20))}");
            Assert.True(failures < Math.Max(probe.FailureThreshold ?? 3, 60), $"{name} does not answer {probe.HttpGet.Path}: {string.Join('\n', Lines.TakeLast(20))}");
            await Task.Delay(TimeSpan.FromSeconds(probe.PeriodSeconds ?? 10), cancellationToken);
        }
    }

    private Process Begin(V1Container container, out Task output)
    {
        string group = files.MemoryGroup(name, container);
        (long user, long members) = (Spec.SecurityContext.RunAsUser!.Value, Spec.SecurityContext.RunAsGroup!.Value);
        string[] command =
        [
            .. host.Enter,
            // First of all, so that nothing of it is outside.
            "/bin/sh", "-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"", group,
            "setpriv", $"--reuid={user}", $"--regid={members}", "--clear-groups", "--no-new-privs",
            "bwrap", "--unshare-pid", "--proc", "/proc", "--dev", "/dev",
            "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
            "--ro-bind", files.Hosts, "/etc/hosts", "--ro-bind", files.Program, "/app",
            .. container.VolumeMounts.SelectMany(Mount),
            .. container.SecurityContext.ReadOnlyRootFilesystem == true ? (string[])["--remount-ro", "/"] : [],
            "/app/musc", .. container.Args,
        ];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/usr/sbin:/bin:/sbin";
        foreach ((string key, string value) in files.Environment(name, container, host.Address))
        {
            start.Environment[key] = value;
        }

        Process process = Process.Start(start)!;
        output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        return process;
    }

    // An empty folder is in memory, since only there it can be given a size; no two containers of a pod share one.
    private string[] Mount(V1VolumeMount mount) => Spec.Volumes.Single(volume => volume.Name == mount.Name).EmptyDir is { } empty
        ? ["--size", $"{empty.SizeLimit.ToInt64()}", "--tmpfs", mount.MountPath]
        : [mount.ReadOnlyProperty == true ? "--ro-bind" : "--bind", files.Volume(name, Spec, mount.Name), mount.MountPath];

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (Lines)
            {
                Lines.Add(line);
            }
        }
    }

    // bubblewrap stays as the parent of what it runs.
    private static int Innermost(int process)
    {
        while (File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var child, ..])
        {
            process = int.Parse(child, CultureInfo.InvariantCulture);
        }

        return process;
    }

    private static void Kill(string signal, int process)
    {
        using Process kill = Process.Start("kill", [signal, $"{process}"]);
        kill.WaitForExit();
    }
}
