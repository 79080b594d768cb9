using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MuSc.Web.Access;

/// <summary>Recognises a caller by the key in the header <c>Authorization: Bearer musc_…</c>.</summary>
internal sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Schemes.BearerOf(Request) switch
    {
        null => AuthenticateResult.NoResult(),
        var text when keys.Accept(text) is { } key => AuthenticateResult.Success(new(Caller.Of(key, Schemes.Key), Schemes.Key)),
        _ => AuthenticateResult.Fail("The key is not accepted."),
    });
}

/// <summary>Takes every caller for the administrator <see cref="Caller.Local"/>.</summary>
internal sealed class OpenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(new(Caller.Of(Caller.Local, [Rights.Admin], Schemes.Open), Schemes.Open)));
}
