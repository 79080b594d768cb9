using System.Security.Claims;
using MuSc.Contracts.Http;
using MuSc.Scoring.Decisions;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary><c>POST /v1/jobs/{job}:decide</c>: what other settings would decide of a finished job's scores. Its results stay as they are.</summary>
internal static class DecideEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/jobs/{job}:decide", DecideAsync)
        .WithTags("Results").WithName("decideJob").WithSummary("Decide a finished job's scores by other settings, without a change of its results")
        .Problems(400, 404, 409, 413);

    private static async Task<DecisionResource> DecideAsync(
        string job, ApiBody<DecisionRequest> body, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        DecisionOptions options;
        try
        {
            options = body.Value.ToOptions();
        }
        catch (FormatException error)
        {
            throw ApiProblem.Invalid("decision", error.Message);
        }

        JobStatus status = await server.CompletedJobAsync(user, job, cancellationToken);
        ImageResult[] lines = await ScoredAsync(server, job, status.Counts.Images, cancellationToken);
        DecisionRule rule = DecisionRule.Of(lines, options);
        return DecisionResource.Of(rule.Set) with
        {
            Anomalous = [.. lines.Where(line => rule.IsAnomalous(line.ScoreBefore!.Value, line.Score!.Value)).Select(line => line.Name)],
        };
    }

    private static async Task<ImageResult[]> ScoredAsync(IScoringServer server, string job, int images, CancellationToken cancellationToken) =>
        await ResultEndpoint.AllAsync(server, job, 0, images, cancellationToken).Where(line => line.Skipped is null).ToArrayAsync(cancellationToken);
}
