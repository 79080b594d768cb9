using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MuSc.Web.Problems;

namespace MuSc.Web.Access;

/// <summary>Signing in with a key, and out, for pages: a cookie then stands for the key.</summary>
public static class SignInEndpoints
{
    /// <summary>Where a form signs in, and the page that shows it.</summary>
    public const string SignIn = "/sign-in";

    /// <summary>Where a form signs out.</summary>
    public const string SignOut = "/sign-out";

    /// <summary>The form's field that holds the key.</summary>
    public const string KeyField = "key";

    /// <summary>The form's field, and the parameter of the sign-in page, that hold where to go then.</summary>
    public const string ReturnField = "return_url";

    /// <summary>The parameter with which the sign-in page is shown again after a key that is not accepted.</summary>
    public const string RefusedParameter = "refused";

    private const int MostFormBytes = 16 << 10;

    /// <summary>
    /// Adds <c>POST /sign-in</c> and <c>POST /sign-out</c>; both take a form with an anti-forgery token. Browsers, which accept
    /// <c>text/html</c>, are led back to the page <c>/sign-in?refused=true</c> after a wrong key.
    /// </summary>
    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        app.MapPost(SignIn, SignInAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(MostFormBytes));
        app.MapPost(SignOut, SignOutAsync).AllowAnonymous().ExcludeFromDescription().WithMetadata(new RequestSizeLimitAttribute(MostFormBytes));
    }

    /// <summary>Sets what the cookie is, and that the key it stands for is looked up with each request.</summary>
    internal static void Configure(CookieAuthenticationOptions options, KeyRing keys)
    {
        options.Cookie.Name = "musc";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.LoginPath = SignIn;
        options.ReturnUrlParameter = ReturnField;
        options.Events.OnValidatePrincipal = async context =>
        {
            if (context.Principal?.FindFirst(Caller.KeyClaim) is { } claim && keys.Find(claim.Value) is { } key)
            {
                context.ReplacePrincipal(Caller.Of(key, Schemes.Cookie));
                return;
            }

            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Schemes.Cookie);
        };
    }

    private static async Task SignInAsync(HttpContext context, IAntiforgery antiforgery, KeyRing keys)
    {
        if (!await HasTokenAsync(context, antiforgery))
        {
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        string place = form[ReturnField] is [{ } url] && RedirectHttpResult.IsLocalUrl(url) ? url : "/";
        if (keys.Accept(form[KeyField].ToString().Trim()) is { } key)
        {
            await context.SignInAsync(Schemes.Cookie, Caller.Of(key, Schemes.Cookie));
            SeeOther(context, place);
        }
        else if (context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "text/html"))
        {
            SeeOther(context, SignIn + new QueryString().Add(RefusedParameter, "true").Add(ReturnField, place));
        }
        else
        {
            await ApiProblem.Unauthenticated("The key is not accepted: it is unknown or was removed.").WriteAsync(context);
        }
    }

    private static async Task SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (await HasTokenAsync(context, antiforgery))
        {
            await context.SignOutAsync(Schemes.Cookie);
            SeeOther(context, "/");
        }
    }

    private static async Task<bool> HasTokenAsync(HttpContext context, IAntiforgery antiforgery)
    {
        bool valid = await antiforgery.IsRequestValidAsync(context);
        if (!valid)
        {
            await new ApiProblem(
                StatusCodes.Status400BadRequest, "form_token", "The form's anti-forgery token is missing or old: load the page again and repeat.").WriteAsync(context);
        }

        return valid;
    }

    // A browser then asks for the page with GET.
    private static void SeeOther(HttpContext context, string place)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = place;
    }
}
