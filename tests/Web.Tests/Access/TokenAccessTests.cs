using System.Net;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

/// <summary>Requests with tokens of an OpenID provider.</summary>
public sealed class TokenAccessTests : IAsyncLifetime
{
    private TokenIssuer _issuer = null!;
    private AccessHost _host = null!;

    public async Task InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        _host = await new AccessHost().StartAsync(Options());
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task SignedToken_IsAcceptedWithItsRights()
    {
        Assert.Equal("alice True False False", await _host.WhoAsync(_issuer.Token(new() { ["sub"] = "alice", ["scope"] = "openid musc.submit" })));
        Assert.Equal("alice True True False", await _host.WhoAsync(_issuer.Token(new() { ["sub"] = "alice", ["scope"] = new[] { "musc.submit", "musc.read" } })));
        Assert.Equal("alice True True True", await _host.WhoAsync(_issuer.Token(new() { ["sub"] = "alice", ["scope"] = "musc.admin" })));
        string none = _issuer.Token(new() { ["sub"] = "alice", ["scope"] = "submit admin" });
        Assert.Equal("alice False False False", await _host.WhoAsync(none));
        Assert.Equal(HttpStatusCode.Forbidden, await _host.StatusAsync(HttpMethod.Post, "/jobs", none));
    }

    [Fact]
    public async Task KeyBesideTokens_IsAcceptedAsBefore()
    {
        await using AccessHost host = new();
        string key = host.NewKey("carol", Rights.Read);
        await host.StartAsync(Options(host.Keys.Path));
        Assert.Equal("carol False True False", await host.WhoAsync(key));
        Assert.Equal("alice False False False", await host.WhoAsync(_issuer.Token(new() { ["sub"] = "alice" })));
    }

    [Fact]
    public async Task ClaimsAndPrefix_AreSettings()
    {
        AccessOptions options = Options();
        (options.NameClaim, options.RightsClaim, options.RightsPrefix) = ("preferred_username", "roles", "");
        await using AccessHost host = await new AccessHost().StartAsync(options);
        string token = _issuer.Token(new() { ["sub"] = "1", ["preferred_username"] = "alice", ["roles"] = new[] { "read" }, ["scope"] = "musc.admin" });
        Assert.Equal("alice False True False", await host.WhoAsync(token));
    }

    [Theory]
    [InlineData("auth0|5f7c8ec7")]
    [InlineData("../../etc")]
    [InlineData("jwt-0123456789abcdef0123456789abcdef")]
    public async Task NameThatIsNoIdentifier_BecomesOneThatStays(string subject)
    {
        string first = await _host.WhoAsync(_issuer.Token(new() { ["sub"] = subject }));
        Assert.Matches("^jwt-[0-9a-f]{32} ", first);
        Assert.DoesNotContain(subject, first, StringComparison.Ordinal);
        Assert.Equal(first, await _host.WhoAsync(_issuer.Token(new() { ["sub"] = subject })));
        Assert.NotEqual(first, await _host.WhoAsync(_issuer.Token(new() { ["sub"] = subject + "x" })));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("unsigned")]
    [InlineData("other issuer")]
    [InlineData("other audience")]
    [InlineData("other key")]
    [InlineData("shared secret")]
    [InlineData("changed")]
    [InlineData("no name")]
    [InlineData("no token")]
    public async Task WrongToken_Is401(string what)
    {
        Dictionary<string, object> claims = new() { ["sub"] = "alice", ["scope"] = "musc.admin" };
        string good = _issuer.Token(claims);
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", good));
        string token = what switch
        {
            "expired" => _issuer.Token(claims, hours: -0.5),
            "unsigned" => _issuer.Token(claims, signed: false),
            "other issuer" => _issuer.Token(claims, issuer: "https://id.example.org"),
            "other audience" => _issuer.Token(claims, audience: "other"),
            "other key" => await OfAnotherKeyAsync(claims),
            "shared secret" => SignedWithSecret(good),
            "changed" => good[..(good.LastIndexOf('.') + 1)] + new string('A', 342),
            "no name" => _issuer.Token(new() { ["scope"] = "musc.admin" }),
            _ => "no.such.token",
        };
        using HttpResponseMessage refused = await _host.SendAsync(HttpMethod.Post, "/jobs", token);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal("unauthenticated", (await AccessHost.ProblemAsync(refused)).GetProperty("code").GetString());
        Assert.DoesNotContain(_host.Logged, line => line.Contains(good, StringComparison.Ordinal) || line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutAnAuthority_TokenIs401()
    {
        await using AccessHost host = await new AccessHost().StartAsync(new() { KeyFile = "absent.json" });
        Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusAsync(HttpMethod.Get, "/me", _issuer.Token(new() { ["sub"] = "alice" })));
    }

    [Fact]
    public async Task AuthorityThatDoesNotAnswer_LetsNobodyIn()
    {
        string token = _issuer.Token(new() { ["sub"] = "alice" });
        await _issuer.DisposeAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Get, "/me", token));
    }

    // The same header but for its algorithm, and what is public of the issuer as the secret.
    private string SignedWithSecret(string good)
    {
        SymmetricSecurityKey secret = new(Encoding.ASCII.GetBytes(good.Split('.')[2])) { KeyId = "of-this-test" };
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _issuer.Address,
            Audience = "musc",
            Claims = new Dictionary<string, object> { ["sub"] = "alice", ["scope"] = "musc.admin" },
            SigningCredentials = new(secret, SecurityAlgorithms.HmacSha256),
        });
    }

    private async Task<string> OfAnotherKeyAsync(Dictionary<string, object> claims)
    {
        await using TokenIssuer other = await TokenIssuer.StartAsync();
        return other.Token(claims, issuer: _issuer.Address);
    }

    private AccessOptions Options(string keys = "") => new() { KeyFile = keys, Authority = _issuer.Address, Audience = "musc" };
}
