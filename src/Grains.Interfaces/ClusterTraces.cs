using System.Diagnostics;

namespace MuSc.Grains;

/// <summary>
/// Spans of a job, from the client that submits it to the last file of its results, all in one trace. Orleans carries it through calls;
/// workers, who are called by nobody, take it from the job's layout. Nothing is made where nobody listens.
/// </summary>
public static class ClusterTraces
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "MuSc";

    /// <summary>A client hands a job over.</summary>
    public const string Submit = "submit";

    /// <summary>A coordinator at work on a job, until its end or until it moves.</summary>
    public const string Job = "job";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a span; it ends when it is disposed of.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="job">The job.</param>
    /// <param name="parent">The span that it belongs to, as its identifier (W3C); the default is the one that is open here.</param>
    public static Activity? Begin(string name, string job, string? parent = null)
    {
        Activity? span = parent is not null && ActivityContext.TryParse(parent, null, isRemote: true, out ActivityContext context)
            ? Source.StartActivity(name, ActivityKind.Internal, context)
            : Source.StartActivity(name);
        return span?.SetTag("musc.job", job);
    }
}
