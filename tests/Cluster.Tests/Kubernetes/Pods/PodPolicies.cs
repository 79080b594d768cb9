using k8s.Models;

namespace MuSc.Cluster.Tests.Kubernetes.Pods;

/// <summary>A host of the cluster's network as policies see it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Labels">Of the pod.</param>
/// <param name="Namespace">Labels of its Kubernetes namespace.</param>
internal sealed record PolicyHost(string Address, IDictionary<string, string> Labels, IDictionary<string, string> Namespace);

/// <summary>NetworkPolicies as rules of nftables in a pod's own network namespace.</summary>
internal static class PodPolicies
{
    /// <summary>The rules of one pod; what no rule allows is dropped, where a policy chooses the pod.</summary>
    /// <param name="policies">All policies of its Kubernetes namespace.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="ports">Its ports by name.</param>
    /// <param name="hosts">All pods there are.</param>
    /// <param name="node">The address from which probes come, which Kubernetes always allows.</param>
    public static string Rules(
        IEnumerable<V1NetworkPolicy> policies, PolicyHost pod, IReadOnlyDictionary<string, int> ports, IReadOnlyList<PolicyHost> hosts, string node)
    {
        V1NetworkPolicy[] chosen = [.. policies.Where(policy => Matches(pod.Labels, policy.Spec.PodSelector))];
        string rest = chosen.Length > 0 ? "drop" : "accept";
        IEnumerable<string> ingress = chosen.SelectMany(policy => policy.Spec.Ingress ?? [])
            .SelectMany(rule => Rule("ip saddr", rule.FromProperty ?? [], rule.Ports ?? [], pod, ports, hosts));
        IEnumerable<string> egress = chosen.SelectMany(policy => policy.Spec.Egress ?? [])
            .SelectMany(rule => Rule("ip daddr", rule.To ?? [], rule.Ports ?? [], pod, ports, hosts));
        return $$"""
            table inet musc
            delete table inet musc
            table inet musc {
              chain in {
                type filter hook input priority 0; policy {{rest}};
                ct state established,related accept
                iif lo accept
                ip saddr {{node}} accept
                {{string.Join("\n", ingress)}}
              }
              chain out {
                type filter hook output priority 0; policy {{rest}};
                ct state established,related accept
                oif lo accept
                {{string.Join("\n", egress)}}
              }
            }
            """;
    }

    private static IEnumerable<string> Rule(
        string side, IList<V1NetworkPolicyPeer> peers, IList<V1NetworkPolicyPort> ports, PolicyHost pod, IReadOnlyDictionary<string, int> names, IReadOnlyList<PolicyHost> hosts)
    {
        string[] where = [.. peers.SelectMany(peer => Peer(side, peer, pod, hosts))];
        foreach (string place in peers.Count == 0 ? [string.Empty] : where)
        {
            foreach (V1NetworkPolicyPort port in ports)
            {
                string number = int.TryParse(port.Port.Value, out _) ? port.Port.Value : $"{names.GetValueOrDefault(port.Port.Value)}";
                yield return $"{place} {(port.Protocol ?? "TCP").ToLowerInvariant()} dport {number} accept";
            }
        }
    }

    private static IEnumerable<string> Peer(string side, V1NetworkPolicyPeer peer, PolicyHost pod, IReadOnlyList<PolicyHost> hosts) =>
        peer.IpBlock is { } block
            ? [$"{side} {block.Cidr} {string.Concat(block.Except.Select(part => $"{side} != {part} "))}"]
            : hosts.Where(host => peer.NamespaceSelector is { } selector ? Matches(host.Namespace, selector) : Same(host.Namespace, pod.Namespace))
                .Where(host => peer.PodSelector is not { } selector || Matches(host.Labels, selector))
                .Select(host => $"{side} {host.Address}");

    private static bool Matches(IDictionary<string, string> labels, V1LabelSelector selector) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(pair => labels.TryGetValue(pair.Key, out string? value) && value == pair.Value);

    private static bool Same(IDictionary<string, string> one, IDictionary<string, string> other) => one.Count == other.Count && !one.Except(other).Any();
}
