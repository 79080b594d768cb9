using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Net.Http.Headers;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

/// <summary>Signing in with a form, as a page does.</summary>
public sealed class SignInTests : IAsyncDisposable
{
    private readonly AccessHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Key_GivesACookieThatStandsForIt()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key), ("return_url", "/page?x=1"));
        Assert.Equal((HttpStatusCode.SeeOther, "/page?x=1"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
        SetCookieHeaderValue cookie = Cookie(signedIn);
        Assert.Equal((true, Microsoft.Net.Http.Headers.SameSiteMode.Strict, false), (cookie.HttpOnly, cookie.SameSite, cookie.Secure));
        Assert.Null(cookie.Expires);
        Assert.Equal("alice True False False", await _host.WhoAsync(null));
        Assert.Equal(HttpStatusCode.Forbidden, await _host.StatusAsync(HttpMethod.Get, "/jobs", null));
        Assert.Equal(HttpStatusCode.Forbidden, await _host.StatusAsync(HttpMethod.Post, "/jobs", null, ("Origin", "https://evil.example.org")));
        Assert.DoesNotContain(_host.Logged, line => line.Contains(key.Split('_')[2], StringComparison.Ordinal));
    }

    [Fact]
    public async Task RemovedKey_EndsItsCookieToo()
    {
        string key = _host.NewKey("alice", Rights.Admin);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Get, "/me", null));
        _host.Keys.Remove("alice");
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        using HttpResponseMessage refused = await _host.SendAsync(HttpMethod.Get, "/me", null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(0, Cookie(refused).Value.Length);
    }

    [Fact]
    public async Task Https_MakesTheCookieSecure()
    {
        using RSA rsa = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync(new() { KeyFile = _host.Keys.Path }, certificate: certificate);
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key));
        Assert.True(Cookie(signedIn).Secure);
        Assert.Equal("alice True False False", await _host.WhoAsync(null));
    }

    [Fact]
    public async Task CookieOfOneSilo_CountsAtAnother()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key));
        string cookie = $"musc={Cookie(signedIn).Value}";
        await using AccessHost other = await new AccessHost(_host).StartAsync();
        Assert.Equal(HttpStatusCode.OK, await other.StatusAsync(HttpMethod.Get, "/me", null, ("Cookie", cookie)));
        await using AccessHost stranger = await new AccessHost().StartAsync(new() { KeyFile = _host.Keys.Path });
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.StatusAsync(HttpMethod.Get, "/me", null, ("Cookie", cookie)));
    }

    [Fact]
    public async Task SignOut_EndsTheCookie()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Get, "/page", null));
        using HttpResponseMessage without = await _host.Client.PostAsync("/sign-out", new FormUrlEncodedContent([]));
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        using HttpResponseMessage signedOut = await PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.SeeOther, signedOut.StatusCode);
        using HttpResponseMessage led = await _host.SendAsync(HttpMethod.Get, "/page", null);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?return_url=%2Fpage"), (led.StatusCode, led.Headers.Location?.PathAndQuery));
    }

    [Fact]
    public async Task WrongKey_IsRefusedAndABrowserLedBack()
    {
        _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage refused = await PostAsync("/sign-in", ("key", "musc_wrong_key"));
        Assert.Equal("unauthenticated", (await AccessHost.ProblemAsync(refused)).GetProperty("code").GetString());
        _host.Client.DefaultRequestHeaders.Accept.ParseAdd("text/html,*/*;q=0.8");
        using HttpResponseMessage led = await PostAsync("/sign-in", ("key", "musc_wrong_key"), ("return_url", "//evil.example.org"));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in?refused=true&return_url=%2F"), (led.StatusCode, led.Headers.Location?.OriginalString));
        Assert.DoesNotContain(led.Headers, header => header.Key == HeaderNames.SetCookie);
    }

    [Theory]
    [InlineData("https://evil.example.org")]
    [InlineData("//evil.example.org")]
    [InlineData("/\\evil.example.org")]
    public async Task PlaceElsewhere_IsNotGoneTo(string place)
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key), ("return_url", place));
        Assert.Equal("/", signedIn.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task FormWithoutItsToken_IsRefused()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage refused = await _host.Client.PostAsync("/sign-in", new FormUrlEncodedContent([new("key", key)]));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("form_token", (await AccessHost.ProblemAsync(refused)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Get, "/me", null));
    }

    [Fact]
    public async Task ProtectionKeys_AreForTheirOwnerOnly()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage signedIn = await PostAsync("/sign-in", ("key", key));
        string file = Assert.Single(Directory.GetFiles(_host.At("protection"), "key-*.xml"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static SetCookieHeaderValue Cookie(HttpResponseMessage response) =>
        SetCookieHeaderValue.ParseList([.. response.Headers.GetValues(HeaderNames.SetCookie)]).Single(cookie => cookie.Name == "musc");

    // The handler of the client keeps cookies and sends them again.
    private async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        string token = await _host.Client.GetStringAsync("/form");
        IEnumerable<KeyValuePair<string, string>> all = fields.Select(field => KeyValuePair.Create(field.Name, field.Value));
        using FormUrlEncodedContent form = new([.. all, new("__RequestVerificationToken", token)]);
        return await _host.Client.PostAsync(path, form);
    }
}
