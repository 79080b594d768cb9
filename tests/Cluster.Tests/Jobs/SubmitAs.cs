using MuSc.Client;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Submission under a name, in one expression.</summary>
internal static class SubmitAs
{
    /// <returns>The name.</returns>
    public static async Task<string> SubmitAsAsync(this MuScClient client, ScoringJobSpec spec, string job, CancellationToken cancellationToken)
    {
        await client.SubmitAsync(spec, job, cancellationToken);
        return job;
    }
}
