using System.Net;
using MuSc.Contracts;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

/// <summary>A server of this machine alone, without keys; and what other sites' pages may make a browser do.</summary>
public sealed class OpenAccessTests : IAsyncDisposable
{
    private readonly AccessHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task WithoutKeysOnLoopback_EverybodyIsLocalAndOneLineSaysSo()
    {
        await _host.StartAsync(new() { KeyFile = "" });
        Assert.Equal("local True True True", await _host.WhoAsync(null));
        Assert.Equal("local True True True", await _host.WhoAsync("musc_some_key"));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Delete, "/jobs", null));
        Assert.Single(_host.Logged, line => line.StartsWith("Information: HTTP asks for no key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutKeysOnAnotherAddress_IsRefusedUnlessInsecure()
    {
        Assert.Contains(
            "musc key new",
            (await Assert.ThrowsAsync<JobException>(() => _host.StartAsync(new() { KeyFile = "" }, loopback: false))).Message,
            StringComparison.Ordinal);
        await _host.StartAsync(new() { KeyFile = "", Insecure = true }, loopback: false);
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Get, "/jobs", null, ("Host", "musc.example.org")));
        Assert.Single(_host.Logged, line => line.Contains("everybody who reaches this machine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task KeysThatAreNamedButAbsent_LetNobodyIn()
    {
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Get, "/me", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Get, "/me", "musc_a_b"));
    }

    [Theory]
    [InlineData("GET", "Host", "rebound.example.org", HttpStatusCode.Forbidden)]
    [InlineData("GET", "Host", "localhost", HttpStatusCode.OK)]
    [InlineData("GET", "Origin", "https://evil.example.org", HttpStatusCode.OK)]
    [InlineData("DELETE", "Origin", "https://evil.example.org", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "Origin", "{self}", HttpStatusCode.OK)]
    [InlineData("DELETE", "Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task OtherSitesPage_CannotActThroughABrowser(string method, string header, string value, HttpStatusCode status)
    {
        await _host.StartAsync(new() { KeyFile = "" });
        string self = _host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using HttpResponseMessage response = await _host.SendAsync(new(method), "/jobs", null, (header, value == "{self}" ? self : value));
        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.Forbidden)
        {
            Assert.Equal("forbidden", (await AccessHost.ProblemAsync(response)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task RequestWithAKey_MayComeFromAnywhere()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", key, ("Origin", "https://tool.example.org"), ("Host", "musc.example.org")));
    }
}
