using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MuSc.Contracts.Http;
using MuSc.Web.Access;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary><c>/v1/jobs</c>: jobs.</summary>
internal static class JobEndpoints
{
    private static readonly JobState[] Active = [JobState.Queued, JobState.Running];

    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder jobs = api.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapPost("/", SubmitAsync).RequireAuthorization(Rights.Submit).WithName("submitJob").WithSummary("Submit a job").Problems(400, 403, 404, 409, 413, 415);
        jobs.MapGet("/", ListAsync).WithName("listJobs").WithSummary("List jobs, newest first").Problems(400);
        jobs.MapGet("/{job}", GetAsync).WithName("getJob").WithSummary("Describe a job").Problems(400, 404);
        jobs.MapPost("/{job}:cancel", CancelAsync).RequireAuthorization(Rights.Submit).WithName("cancelJob").WithSummary("Ask a job to stop").Problems(400, 403, 404);
        jobs.MapDelete("/{job}", DeleteAsync).RequireAuthorization(Rights.Submit)
            .WithName("deleteJob").WithSummary("Delete a job that has ended, with its results").Problems(400, 403, 404, 409);
        jobs.MapPost("/{job}:verify", VerifyAsync).WithName("verifyJob").WithSummary("Compare a job's files with what was written").Problems(400, 404, 409);
        api.MapPost("/jobs:rebuild-index", RebuildIndexAsync).RequireAuthorization(Rights.Admin)
            .WithTags("Jobs").WithName("rebuildIndex").WithSummary("List all jobs anew from what lies on the disk").Problems(403);
    }

    private static async Task<Results<Accepted<JobResource>, Ok<JobResource>>> SubmitAsync(
        [Description(Ownership.IdSummary)] string? id, ApiBody<JobRequest> body, HttpRequest request, ClaimsPrincipal user, IScoringServer server, IImageSets sets, TimeProvider time, WebOptions options,
        CancellationToken cancellationToken)
    {
        ScoringJobSpec spec;
        try
        {
            spec = body.Value.ToSpec(user.Owner());
        }
        catch (FormatException error)
        {
            string param = error.Message.Split(':')[0];
            throw ApiProblem.Invalid(param, error.Message);
        }

        foreach (string set in new[] { spec.Source?.Set, spec.ReferenceSource?.Set }.OfType<string>())
        {
            await sets.SeenSetAsync(user, set, cancellationToken);
        }

        string job = Ownership.NewIdentifier(id, request, time, "job");
        IReadOnlyList<JobStatus> active = await server.ListAsync(new() { Owner = user.Owner(), States = Active, Limit = JobQuery.MostAtOnce }, cancellationToken);
        if (active.Count >= options.JobsOfKey && active.All(other => other.Id != job))
        {
            throw ApiProblem.TooMany(nameof(WebOptions.JobsOfKey), $"'{user.Owner()}' has {active.Count} jobs that wait or run, of at most {options.JobsOfKey} ({WebOptions.Section}:{nameof(WebOptions.JobsOfKey)}): wait for one to end, or cancel one.");
        }

        bool isNew = await server.SubmitAsync(spec, job, cancellationToken);
        JobResource made = await ResourceAsync(server, job, cancellationToken);
        return isNew ? TypedResults.Accepted($"/v1/jobs/{job}", made) : TypedResults.Ok(made);
    }

    public static async Task<ListPage<JobResource>> ListAsync(
        string? state, int? limit, string? after, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        int count = Paging.Limit(limit);
        JobQuery query = new()
        {
            Owner = Ownership.Listed(user),
            States = state is null ? [] : [JobResource.StateOf(Word(state))],
            After = Paging.Place(after),
            Limit = count + 1,
        };
        IReadOnlyList<JobStatus> found = await server.ListAsync(query, cancellationToken);
        return Paging.Of(found, count, job => JobResource.Of(job, null), job => ListCursor.Of(new ListPlace(job.Submitted, job.Id)));
    }

    private static JobWord Word(string text) => Enum.GetValues<JobWord>().Where(word => string.Equals(word.ToString(), text, StringComparison.OrdinalIgnoreCase)).Cast<JobWord?>().FirstOrDefault()
        ?? throw ApiProblem.Invalid("state", $"There is no state '{text}'; give one of {string.Join(", ", Enum.GetNames<JobWord>().Select(word => word.ToLowerInvariant()))}.");

    public static async Task<JobResource> GetAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.SeenJobAsync(user, job, cancellationToken);
        return await ResourceAsync(server, job, cancellationToken);
    }

    private static async Task<Accepted<JobResource>> CancelAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.OwnJobAsync(user, job, cancellationToken);
        await server.CancelAsync(job, cancellationToken);
        return TypedResults.Accepted((string?)null, await ResourceAsync(server, job, cancellationToken));
    }

    private static async Task<NoContent> DeleteAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.OwnJobAsync(user, job, cancellationToken);
        await server.DeleteAsync(job, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<VerifyResource> VerifyAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.SeenJobAsync(user, job, cancellationToken);
        return new(await server.VerifyAsync(job, cancellationToken));
    }

    private static async Task<RebuildResource> RebuildIndexAsync(IScoringServer server, CancellationToken cancellationToken) =>
        new(await server.RebuildIndexAsync(cancellationToken));

    private static async Task<JobResource> ResourceAsync(IScoringServer server, string job, CancellationToken cancellationToken) =>
        JobResource.Of(await server.StatusAsync(job, cancellationToken), await server.SettingsAsync(job, cancellationToken));
}
