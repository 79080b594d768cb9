using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MuSc.Web.Problems;

namespace MuSc.Web.Access;

/// <summary>Adds the access rules to a server.</summary>
public static partial class AccessServices
{
    /// <summary>
    /// Adds what recognises callers, and the policies <see cref="Rights.Submit"/>, <see cref="Rights.Read"/> and
    /// <see cref="Rights.Admin"/>. An endpoint that names no policy lets in whoever is recognised; one for everybody says
    /// <c>AllowAnonymous</c>.
    /// </summary>
    /// <param name="services">The server's services.</param>
    /// <param name="options">The settings.</param>
    /// <param name="loopback">Whether HTTP is served to this machine only.</param>
    /// <param name="protectionFolder">
    /// Where the keys lie with which cookies are signed; all silos of a cluster need the same, and nobody else may read it.
    /// </param>
    /// <exception cref="JobException">A setting is wrong, or nothing says who is let in (<see cref="AccessOptions.IsOpen(bool)"/>).</exception>
    public static IServiceCollection AddMuScAccess(this IServiceCollection services, AccessOptions options, bool loopback, string protectionFolder)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems)
        {
            throw new JobException(JobErrorKind.Usage, string.Join(Environment.NewLine, problems));
        }

        bool open = options.IsOpen(loopback);
        bool tokens = options.Authority.Length > 0;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new Mode(open, open && loopback));
        services.AddSingleton(provider => new KeyRing(
            options.KeyFile.Length > 0 ? new(options.KeyFile) : null, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<KeyRing>>()));
        AuthenticationBuilder schemes = services.AddAuthentication(Schemes.Chosen)
            .AddPolicyScheme(Schemes.Chosen, null, chosen =>
                chosen.ForwardDefaultSelector = context => open ? Schemes.Open : Schemes.For(context.Request, tokens))
            .AddScheme<AuthenticationSchemeOptions, KeyHandler>(Schemes.Key, null)
            .AddScheme<AuthenticationSchemeOptions, OpenHandler>(Schemes.Open, null)
            .AddCookie(Schemes.Cookie);
        services.AddOptions<CookieAuthenticationOptions>(Schemes.Cookie).Configure<KeyRing>(SignInEndpoints.Configure);
        if (tokens)
        {
            schemes.AddJwtBearer(Schemes.Token, jwt => Tokens.Configure(jwt, options));
        }

        services.AddAuthorizationBuilder()
            .AddPolicy(Rights.Submit, policy => policy.RequireRole(Rights.Submit, Rights.Admin))
            .AddPolicy(Rights.Read, policy => policy.RequireRole(Rights.Read, Rights.Admin))
            .AddPolicy(Rights.Admin, policy => policy.RequireRole(Rights.Admin))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        services.AddAntiforgery(form =>
        {
            form.Cookie.Name = "musc-form";
            form.Cookie.SameSite = SameSiteMode.Strict;
            form.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddDataProtection().SetApplicationName("musc").PersistKeysToFileSystem(Private(protectionFolder));
        return services;
    }

    /// <summary>Checks each request from here on. Says in one line where everybody is let in.</summary>
    public static void UseMuScAccess(this WebApplication app)
    {
        Mode mode = app.Services.GetRequiredService<Mode>();
        if (mode.Open)
        {
            Log.Open(app.Logger, mode.OnlyLocal ? LogLevel.Information : LogLevel.Warning, mode.OnlyLocal ? "everybody on this machine" : "everybody who reaches this machine", Caller.Local);
        }

        app.Use(async (context, next) =>
        {
            if (OriginGuard.Refusal(context.Request, mode.OnlyLocal) is { } refusal)
            {
                await ApiProblem.Forbidden(refusal).WriteAsync(context);
                return;
            }

            await next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    private sealed record Mode(bool Open, bool OnlyLocal);

    // The user's alone, where the system has such rights.
    private static DirectoryInfo Private(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder)
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static partial class Log
    {
        [LoggerMessage(
            EventId = 510,
            Message = "HTTP asks for no key: {Who} is taken for '{Owner}', who may do everything. 'musc key new NAME --rights submit' makes a key; restart with --keys FILE then")]
        public static partial void Open(ILogger logger, LogLevel level, string who, string owner);
    }
}
