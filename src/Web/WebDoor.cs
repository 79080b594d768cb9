using MuSc.Contracts.Http;
using MuSc.Web.Access;
using MuSc.Web.Api;
using MuSc.Web.Pages;
using MuSc.Web.Problems;

namespace MuSc.Web;

/// <summary>The door of a server for programs and people elsewhere: the HTTP API and the pages. Behind it stand a scoring server and its sets of images.</summary>
public static class WebDoor
{
    /// <summary>Adds what it needs. <see cref="IScoringServer"/> and <see cref="IImageSets"/> are the caller's to add.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="access">Who is let in.</param>
    /// <param name="options">The limits.</param>
    /// <param name="loopback">Whether HTTP is served to this machine only.</param>
    /// <param name="protectionFolder">Where the keys lie with which cookies are signed.</param>
    /// <exception cref="JobException">Nothing says who is let in.</exception>
    public static void AddMuScWeb(this IServiceCollection services, AccessOptions access, WebOptions options, bool loopback, string protectionFolder)
    {
        services.AddMuScAccess(access, loopback, protectionFolder);
        services.AddSingleton(options);
        services.AddSingleton<EventEndpoint>();
        services.AddSingleton<BackboneList>();
        services.AddSingleton<PlanEndpoint>();
        services.AddRazorComponents();
        services.AddSingleton<IProblemPage, PageEndpoints>();
        services.AddExceptionHandler<ProblemHandler>();
        services.AddProblemDetails();
        services.AddRateLimiter(limiter => RequestRate.Configure(limiter, options));
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDocument.Configure);
    }

    /// <summary>Adds the API and the pages to the server's endpoints.</summary>
    public static void UseMuScWeb(this WebApplication app)
    {
        PageEndpoints.UseHeaders(app);
        app.UseExceptionHandler();
        app.UseStatusCodePages(bare => ApiProblem.OfStatus(bare.HttpContext.Response.StatusCode).WriteAsync(bare.HttpContext));
        app.UseMuScAccess();
        app.UseRateLimiter();
        app.MapSignIn();
        ApiEndpoints.Map(app);
        PageEndpoints.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
    }
}
