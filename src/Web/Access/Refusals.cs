using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using MuSc.Web.Problems;

namespace MuSc.Web.Access;

/// <summary>Marks an endpoint that shows a page: who is not recognised is led to the page where one signs in.</summary>
public sealed class LeadsToSignIn;

/// <summary>Answers requests that are refused, as RFC 9457 has it.</summary>
internal sealed class Refusals : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Forbidden)
        {
            string what = Missing(authorizeResult) is { } right ? $"lacks the right '{right}'" : "may not do this";
            await ApiProblem.Forbidden($"'{context.User.Owner()}' {what}.").WriteAsync(context);
        }
        else if (context.GetEndpoint()?.Metadata.GetMetadata<LeadsToSignIn>() is not null)
        {
            await context.ChallengeAsync(Schemes.Cookie);
        }
        else
        {
            await ApiProblem.Unauthenticated(Schemes.BearerOf(context.Request) is null
                ? "A key is needed: send the header 'Authorization: Bearer KEY'."
                : "The key or token is not accepted: it is unknown, was removed, or has expired.").WriteAsync(context);
        }
    }

    // The right that a policy asks for stands first among those that fulfil it.
    private static string? Missing(PolicyAuthorizationResult result) => result.AuthorizationFailure?.FailedRequirements
        .OfType<RolesAuthorizationRequirement>().FirstOrDefault()?.AllowedRoles.First();
}
