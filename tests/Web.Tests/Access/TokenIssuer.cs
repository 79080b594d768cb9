using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MuSc.Web.Tests.Access;

/// <summary>An OpenID provider on a free port of the loopback interface, with a key of its own.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly WebApplication _app;

    private TokenIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    private RsaSecurityKey Key => new(_rsa) { KeyId = "of-this-test", CryptoProviderFactory = new() { CacheSignatureProviders = false } };

    public static async Task<TokenIssuer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        TokenIssuer issuer = new(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = issuer.Address,
            ["jwks_uri"] = $"{issuer.Address}/jwks",
        }));
        issuer._app.MapGet("/jwks", () =>
        {
            RSAParameters shared = issuer._rsa.ExportParameters(includePrivateParameters: false);
            Dictionary<string, string> key = new()
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["kid"] = issuer.Key.KeyId,
                ["n"] = Base64UrlEncoder.Encode(shared.Modulus),
                ["e"] = Base64UrlEncoder.Encode(shared.Exponent),
            };
            return Results.Json(new Dictionary<string, object> { ["keys"] = new[] { key } });
        });
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A token for the audience <c>musc</c> that is good for an hour, unless something else is said.</summary>
    public string Token(Dictionary<string, object> claims, string audience = "musc", string? issuer = null, double hours = 1, bool signed = true) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Claims = claims,
            NotBefore = DateTime.UtcNow.AddHours(Math.Min(hours, 0) - 1),
            Expires = DateTime.UtcNow.AddHours(hours),
            SigningCredentials = signed ? new(Key, SecurityAlgorithms.RsaSha256) : null,
        });

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
