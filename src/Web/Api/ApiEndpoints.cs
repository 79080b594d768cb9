using System.Security.Claims;
using MuSc.Contracts.Http;
using MuSc.Web.Access;

namespace MuSc.Web.Api;

/// <summary>The HTTP API, version 1.</summary>
internal static class ApiEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder api = app.MapGroup("/v1").RequireAuthorization().RequireRateLimiting(RequestRate.Policy).Problems(401, 429);
        SetEndpoints.Map(api);
        JobEndpoints.Map(api);
        EventEndpoint.Map(api);
        ResultEndpoint.Map(api);
        DecideEndpoint.Map(api);
        FileEndpoints.Map(api);
        MarkEndpoints.Map(api);
        PlanEndpoint.Map(api);
        api.MapGet("/cluster", (IScoringServer server, CancellationToken cancellationToken) => server.ClusterAsync(cancellationToken))
            .RequireAuthorization(Rights.Read).WithTags("Server").WithName("getCluster").WithSummary("The server's processes, and how much there is to do").Problems(403);
        api.MapGet("/backbones", (BackboneList backbones) => backbones.Read()).WithTags("Server").WithName("listBackbones").WithSummary("The backbones that jobs can name");
        api.MapGet("/me", Me).WithTags("Server").WithName("getMe").WithSummary("Whose key this is, and what it may do");
    }

    /// <summary>Notes with which problems an endpoint may answer.</summary>
    public static TBuilder Problems<TBuilder>(this TBuilder endpoint, params ReadOnlySpan<int> statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (int status in statuses)
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));
        }

        return endpoint;
    }

    private static MeResource Me(ClaimsPrincipal user) => new(user.Owner(), [.. Rights.All.Where(right => right switch
    {
        Rights.Submit => user.MaySubmit(),
        Rights.Read => user.MayReadAll(),
        _ => user.IsAdmin(),
    })]);
}
