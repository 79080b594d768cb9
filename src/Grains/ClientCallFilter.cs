using Microsoft.Extensions.Options;

namespace MuSc.Grains;

/// <summary>
/// Lets clients call what is made for them and nothing else: the interfaces of the assembly that clients have. Everything else,
/// Orleans' own management included, is for silos.
/// </summary>
internal sealed class ClientCallFilter(IOptions<ClientCallOptions> options) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
    {
        Type called = context.InterfaceMethod.DeclaringType!;
        return context.SourceId is { } source && IsOutside(source)
            && called.Assembly != typeof(IJobGrain).Assembly && !options.Value.Plumbing.Contains(called.FullName!)
            ? throw new UnauthorizedAccessException($"Clients cannot call {called.FullName}.{context.InterfaceMethod.Name}: it is for the silos of the cluster.")
            : context.Invoke();
    }

    // A silo's own calls from outside of grains come from a client that it hosts.
    private static bool IsOutside(GrainId source) =>
        source.IsClient() && !source.Key.ToString()!.StartsWith("hosted-", StringComparison.Ordinal);
}

/// <summary>What clients may call besides the grains that are made for them.</summary>
public sealed class ClientCallOptions
{
    /// <summary>What Orleans itself calls: which grains there are, cancellation of a call, the parts of a stream that was asked for.</summary>
    public ISet<string> Plumbing { get; } = new HashSet<string>
    {
        "Orleans.Runtime.IClusterManifestSystemTarget",
        "Orleans.Runtime.ICancellationSourcesExtension",
        "Orleans.Runtime.IAsyncEnumerableGrainExtension",
    };
}
