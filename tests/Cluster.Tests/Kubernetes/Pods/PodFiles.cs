using System.Globalization;
using System.Net;
using System.Text;
using k8s;
using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>What pods mount and read: volumes, secrets and settings of a cluster, in one folder of this machine.</summary>
/// <param name="objects">The cluster's objects, secrets among them.</param>
/// <param name="folder">Everything lies below it.</param>
/// <param name="program">The program as it was built.</param>
internal sealed class PodFiles(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> objects, string folder, string program) : IDisposable
{
    private readonly List<string> _groups = [];

    /// <summary>The program's folder.</summary>
    public string Program => program;

    /// <summary>Names of services, as a cluster's DNS would answer.</summary>
    public string Hosts { get; } = Path.Combine(folder, "hosts");

    /// <summary>A volume of a pod: a claim is one folder for all pods, the others are its own.</summary>
    public string Volume(string pod, V1PodSpec spec, string name)
    {
        V1Volume volume = spec.Volumes.Single(volume => volume.Name == name);
        string place = volume.PersistentVolumeClaim is { } claim ? Path.Combine(folder, "claims", claim.ClaimName) : Path.Combine(folder, "pods", pod, name);
        if (!Directory.Exists(place))
        {
            Directory.CreateDirectory(place);
            foreach ((string file, byte[] bytes) in volume.Secret is { } secret ? Secret(secret.SecretName) : new Dictionary<string, byte[]>())
            {
                File.WriteAllBytes(Path.Combine(place, file), bytes);
            }

            Own(place, spec.SecurityContext);
        }

        return place;
    }

    /// <summary>A container's environment.</summary>
    public IEnumerable<(string Key, string Value)> Environment(string pod, V1Container container, IPAddress address)
    {
        foreach ((string key, string value) in (container.EnvFrom ?? []).SelectMany(from => Find<V1ConfigMap>(from.ConfigMapRef.Name).Data))
        {
            yield return (key, value);
        }

        foreach (V1EnvVar variable in container.Env ?? [])
        {
            yield return (variable.Name, variable switch
            {
                { ValueFrom.SecretKeyRef: { } key } => Encoding.UTF8.GetString(Secret(key.Name)[key.Key]),
                { ValueFrom.FieldRef.FieldPath: "metadata.name" } => pod,
                { ValueFrom.FieldRef.FieldPath: "status.podIP" } => $"{address}",
                { ValueFrom.ResourceFieldRef.Resource: "requests.cpu" } => Math.Ceiling(container.Resources.Requests["cpu"].ToDouble()).ToString(CultureInfo.InvariantCulture),
                { ValueFrom.ResourceFieldRef.Resource: "limits.memory" } => $"{container.Resources.Limits["memory"].ToInt64()}",
                _ => variable.Value,
            });
        }
    }

    /// <summary>A control group with a container's memory limit.</summary>
    public string MemoryGroup(string pod, V1Container container)
    {
        string group = $"/sys/fs/cgroup/memory/musc-{System.Environment.ProcessId}-{pod}-{container.Name}";
        if (!Directory.Exists(group))
        {
            Directory.CreateDirectory(group);
            File.WriteAllText(Path.Combine(group, "memory.limit_in_bytes"), $"{container.Resources.Limits["memory"].ToInt64()}");
            _groups.Add(group);
        }

        return group;
    }

    public void Dispose() => _groups.ForEach(Directory.Delete);

    private static void Own(string place, V1PodSecurityContext security)
    {
        using System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["-R", $"{security.RunAsUser}:{security.FsGroup ?? security.RunAsGroup}", place]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }

    private IDictionary<string, byte[]> Secret(string name)
    {
        V1Secret secret = Find<V1Secret>(name);
        return secret.Data ?? secret.StringData.ToDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value));
    }

    private T Find<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => objects.OfType<T>().Single(item => item.Name() == name);
}
