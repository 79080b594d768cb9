using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using MuSc.Contracts.Http;
using MuSc.Web.Access;
using MuSc.Web.Api;
using MuSc.Web.Problems;

namespace MuSc.Web.Pages;

/// <summary>The pages for people. They are rendered here; their scripts use the API as every other client does.</summary>
internal sealed class PageEndpoints : IProblemPage
{
    // Nothing from elsewhere, nothing inline, in nobody's frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    // Orleans' own page brings fonts and styles along.
    private const string DashboardPolicy = Policy + "; font-src 'self' data:";

    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder pages = app.MapGroup("").ExcludeFromDescription();
        pages.MapGet(SignInEndpoints.SignIn, SignIn).AllowAnonymous();
        RouteGroupBuilder known = pages.MapGroup("").WithMetadata(new LeadsToSignIn()).RequireAuthorization().RequireRateLimiting(RequestRate.Policy);
        known.MapGet("/", Start);
        known.MapGet("/jobs", JobsAsync);
        known.MapGet("/jobs/{job}", JobAsync);
        known.MapGet("/cluster", ClusterAsync).RequireAuthorization(Rights.Read);
        AssetEndpoint.Map(app);
    }

    /// <summary>Sets what browsers may do with an answer, where its endpoint has not said so; also for answers to exceptions.</summary>
    public static void UseHeaders(IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, context.Request.Path.StartsWithSegments(WebOptions.DashboardPath) ? DashboardPolicy : Policy);
            headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
            return Task.CompletedTask;
        });
        return next(context);
    });

    public IResult? Of(HttpContext context, int status, string detail)
    {
        bool isPage = HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/v1")
            && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html");
        return isPage ? Page<ProblemPage>(context, status, (nameof(ProblemPage.Title), Title(status)), (nameof(ProblemPage.Detail), detail)) : null;
    }

    private static RazorComponentResult<StartPage> Start(HttpContext context, BackboneList backbones) =>
        Page<StartPage>(context, 200, (nameof(StartPage.Backbones), backbones.Read()));

    private static async Task<RazorComponentResult<JobsPage>> JobsAsync(
        string? state, string? after, HttpContext context, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        string? chosen = string.IsNullOrEmpty(state) ? null : state;
        ListPage<JobResource> jobs = await JobEndpoints.ListAsync(chosen, null, after, user, server, cancellationToken);
        return Page<JobsPage>(context, 200, (nameof(JobsPage.Jobs), jobs), (nameof(JobsPage.Chosen), chosen ?? ""), (nameof(JobsPage.After), after));
    }

    private static async Task<RazorComponentResult<JobPage>> JobAsync(
        string job, HttpContext context, ClaimsPrincipal user, IScoringServer server, CancellationToken cancellationToken)
    {
        JobResource found = await JobEndpoints.GetAsync(job, user, server, cancellationToken);
        List<ImageResult> scored = [];
        List<ImageResult> skipped = [];
        if (found.Status == JobWord.Completed)
        {
            await foreach (ImageResult line in ResultEndpoint.AllAsync(server, job, 0, found.Counts.Images, cancellationToken))
            {
                (line.Skipped is null ? scored : skipped).Add(line);
            }
        }

        return Page<JobPage>(context, 200, (nameof(JobPage.Job), found), (nameof(JobPage.Scored), scored), (nameof(JobPage.Skipped), skipped));
    }

    private static async Task<RazorComponentResult<ClusterPage>> ClusterAsync(
        HttpContext context, ClaimsPrincipal user, IScoringServer server, WebOptions options, CancellationToken cancellationToken) => Page<ClusterPage>(
        context, 200, (nameof(ClusterPage.Cluster), await server.ClusterAsync(cancellationToken)), (nameof(ClusterPage.HasDashboard), options.Dashboard && user.IsAdmin()));

    private static IResult SignIn(HttpContext context, ClaimsPrincipal user)
    {
        IQueryCollection query = context.Request.Query;
        string place = query[SignInEndpoints.ReturnField] is [{ } url] && RedirectHttpResult.IsLocalUrl(url) ? url : "/";
        return user.Identity is { IsAuthenticated: true }
            ? TypedResults.LocalRedirect(place)
            : Page<SignInPage>(
                context, 200, (nameof(SignInPage.Refused), query.ContainsKey(SignInEndpoints.RefusedParameter)), (nameof(SignInPage.Place), place));
    }

    // What a page shows is its reader's, and of this moment.
    private static RazorComponentResult<T> Page<T>(HttpContext context, int status, params (string Name, object? Value)[] parameters)
        where T : IComponent
    {
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return new(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value)) { StatusCode = status };
    }

    private static string Title(int status) => status switch
    {
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status403Forbidden => "Not allowed",
        StatusCodes.Status429TooManyRequests => "Too many requests",
        >= 500 => "The server cannot answer now",
        _ => "This cannot be shown",
    };
}
