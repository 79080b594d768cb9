using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MuSc.Contracts.Http;

namespace MuSc.Web.Api;

/// <summary><c>/v1/jobs/{job}/marks</c>: what people say of the images of a finished job.</summary>
internal static class MarkEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder marks = api.MapGroup("/jobs/{job}/marks").WithTags("Results");
        marks.MapGet("/", GetAsync).WithName("listMarks").WithSummary("Which images were marked as anomalous or normal").Problems(400, 404, 409);
        marks.MapPut("/{**name}", PutAsync).WithName("putMark").WithSummary("Mark an image as anomalous or normal, or take the mark back").Problems(400, 403, 404, 409, 413, 415);
    }

    private static async Task<MarksResource> GetAsync(string job, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.SeenJobAsync(user, job, cancellationToken);
        return new(await server.MarksAsync(job, cancellationToken));
    }

    private static async Task<NoContent> PutAsync(
        string job, string name, ApiBody<MarkRequest> body, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        await server.OwnJobAsync(user, job, cancellationToken);
        await server.MarkAsync(job, name, body.Value.Anomalous, cancellationToken);
        return TypedResults.NoContent();
    }
}
