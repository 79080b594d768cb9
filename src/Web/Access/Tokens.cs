using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace MuSc.Web.Access;

/// <summary>Recognises a caller by a token (JWT) of an OpenID provider.</summary>
internal static class Tokens
{
    // Names that are made here begin so; a provider's name that does is replaced too, lest it be taken for another's.
    private const string MadeName = "jwt-";
    private const int MadeNameDigits = 32;

    // Those with a public key: a token is never checked with a secret.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Sets how tokens are checked: signature, issuer, audience, time.</summary>
    public static void Configure(JwtBearerOptions jwt, AccessOptions access)
    {
        jwt.Authority = access.Authority;
        jwt.Audience = access.Audience;
        jwt.RequireHttpsMetadata = access.AuthorityUri is not { IsLoopback: true };
        jwt.BackchannelTimeout = TimeSpan.FromSeconds(10);
        jwt.MapInboundClaims = false;
        jwt.SaveToken = false;
        jwt.TokenValidationParameters.ClockSkew = TimeSpan.FromMinutes(1);
        jwt.TokenValidationParameters.ValidAlgorithms = Algorithms;
        jwt.Events = new()
        {
            OnTokenValidated = context =>
            {
                if (CallerOf(context.Principal!, access) is { } caller)
                {
                    context.Principal = caller;
                }
                else
                {
                    context.Fail($"The token has no claim {access.NameClaim}.");
                }

                return Task.CompletedTask;
            },
        };
    }

    private static ClaimsPrincipal? CallerOf(ClaimsPrincipal token, AccessOptions access)
    {
        IEnumerable<string> listed = token.FindAll(access.RightsClaim).SelectMany(claim => claim.Value.Split(' '));
        return token.FindFirstValue(access.NameClaim) is { Length: > 0 } name
            ? Caller.Of(SafeName(name), Rights.All.Where(right => listed.Contains(access.RightsPrefix + right)), Schemes.Token)
            : null;
    }

    private static string SafeName(string name) => PathRules.IsIdentifier(name) && !name.StartsWith(MadeName, StringComparison.OrdinalIgnoreCase)
        ? name
        : MadeName + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..MadeNameDigits];
}
