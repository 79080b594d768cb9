using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Net.Http.Headers;
using MuSc.Web.Pages;

namespace MuSc.Web.Access;

/// <summary>Marks an endpoint that shows a page: who is not recognised is led to the page where one signs in.</summary>
public sealed class LeadsToSignIn;

/// <summary>Answers requests that are refused, as RFC 9457 has it.</summary>
internal sealed class Refusals : IAuthorizationMiddlewareResultHandler
{
    /// <summary>The code of a request without an accepted key.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The code of a request that its caller may not make.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Who is not recognised.</summary>
    public static async Task UnauthenticatedAsync(HttpContext context, string detail)
    {
        context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        await WriteAsync(context, StatusCodes.Status401Unauthorized, Unauthenticated, detail);
    }

    /// <summary>An answer with a machine-readable code.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail) =>
        (PageEndpoints.Problem(context, status, detail) ?? Results.Problem(detail, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code })).ExecuteAsync(context);

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Forbidden)
        {
            string what = Missing(authorizeResult) is { } right ? $"lacks the right '{right}'" : "may not do this";
            await WriteAsync(context, StatusCodes.Status403Forbidden, Forbidden, $"'{context.User.Owner()}' {what}.");
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<LeadsToSignIn>() is not null)
        {
            await context.ChallengeAsync(Schemes.Cookie);
        }
        else
        {
            await UnauthenticatedAsync(context, Schemes.BearerOf(context.Request) is null
                ? "A key is needed: send the header 'Authorization: Bearer KEY'."
                : "The key or token is not accepted: it is unknown, was removed, or has expired.");
        }
    }

    // The right that a policy asks for stands first among those that fulfil it.
    private static string? Missing(PolicyAuthorizationResult result) => result.AuthorizationFailure?.FailedRequirements
        .OfType<RolesAuthorizationRequirement>().FirstOrDefault()?.AllowedRoles.First();
}
