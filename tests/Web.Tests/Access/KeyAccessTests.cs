using System.Net;
using System.Text.Json;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

/// <summary>Requests with keys.</summary>
public sealed class KeyAccessTests : IAsyncDisposable
{
    private readonly AccessHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task NoKey_Is401WithAProblem()
    {
        _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        using HttpResponseMessage refused = await _host.SendAsync(HttpMethod.Post, "/jobs", null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal("unauthenticated", (await AccessHost.ProblemAsync(refused)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task KeyThatDiffers_Is401AndIsNotLogged()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        string wrongSecret = key[..^1] + (key[^1] == 'a' ? 'b' : 'a');
        string[] wrong = [wrongSecret, key + "a", key[..^1], "musc_unknownId1_" + key.Split('_')[2], "musc_", "musc", "", "other", "musc_a_b_c"];
        foreach (string text in wrong)
        {
            using HttpResponseMessage refused = await _host.SendAsync(HttpMethod.Post, "/jobs", text);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("unauthenticated", (await AccessHost.ProblemAsync(refused)).GetProperty("code").GetString());
        }

        Assert.Equal("alice True False False", await _host.WhoAsync(key));
        string secret = key.Split('_')[2];
        Assert.DoesNotContain(_host.Logged, line => line.Contains(secret[..^1], StringComparison.Ordinal));
        Assert.NotEmpty(_host.Logged);
    }

    [Theory]
    [InlineData("submit", true, false, false)]
    [InlineData("read", false, true, false)]
    [InlineData("submit,read", true, true, false)]
    [InlineData("admin", true, true, true)]
    public async Task Right_DecidesWhatMayBeDone(string rights, bool submit, bool read, bool admin)
    {
        string key = _host.NewKey("bob", rights.Split(','));
        await _host.StartAsync();
        Assert.Equal($"bob {submit} {read} {admin}", await _host.WhoAsync(key));
        (HttpMethod Method, string Right, bool May)[] calls =
            [(HttpMethod.Post, "submit", submit), (HttpMethod.Get, "read", read), (HttpMethod.Delete, "admin", admin)];
        foreach ((HttpMethod method, string right, bool may) in calls)
        {
            using HttpResponseMessage response = await _host.SendAsync(method, "/jobs", key);
            Assert.Equal(may ? HttpStatusCode.OK : HttpStatusCode.Forbidden, response.StatusCode);
            if (!may)
            {
                JsonElement problem = await AccessHost.ProblemAsync(response);
                Assert.Equal("forbidden", problem.GetProperty("code").GetString());
                Assert.Equal($"'bob' lacks the right '{right}'.", problem.GetProperty("detail").GetString());
            }
        }
    }

    [Fact]
    public async Task RemovedKey_IsRefusedWithinASecondAndAnAddedOneAccepted()
    {
        string removed = _host.NewKey("alice", Rights.Submit);
        string kept = _host.NewKey("bob", Rights.Submit);
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", removed));
        _host.Keys.Remove("alice");
        string added = _host.NewKey("carol", Rights.Submit);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Post, "/jobs", removed));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", kept));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", added));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"keys\": [")]
    [InlineData("{\"keys\": [null]}")]
    [InlineData("{}")]
    public async Task DamagedFile_LetsNobodyInUntilItIsRestored(string? contents)
    {
        string key = _host.NewKey("alice", Rights.Admin);
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", key));
        byte[] good = await File.ReadAllBytesAsync(_host.Keys.Path);
        if (contents is null)
        {
            File.Delete(_host.Keys.Path);
        }
        else
        {
            await File.WriteAllTextAsync(_host.Keys.Path, contents);
        }

        for (int second = 0; second < 3; second++)
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Post, "/jobs", key));
        }

        Assert.Single(_host.Logged, line => line.StartsWith("Error: No key is accepted", StringComparison.Ordinal) && line.Contains(_host.Keys.Path, StringComparison.Ordinal));
        await File.WriteAllBytesAsync(_host.Keys.Path, good);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", key));
    }

    // As a Kubernetes secret is replaced: keys.json → ..data/keys.json, and ..data → a folder of the version.
    [Fact]
    public async Task SwappedLink_IsSeen()
    {
        string before = new KeyFile(_host.At("v1/keys.json")).Add("alice", [Rights.Submit], default).Text;
        string after = new KeyFile(_host.At("v2/keys.json")).Add("alice", [Rights.Submit], default).Text;
        File.CreateSymbolicLink(_host.At("..data"), "v1");
        File.CreateSymbolicLink(_host.Keys.Path, Path.Combine("..data", "keys.json"));
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", before));
        File.Delete(_host.At("..data"));
        File.CreateSymbolicLink(_host.At("..data"), "v2");
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Post, "/jobs", before));
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Post, "/jobs", after));
    }

    [Fact]
    public async Task UnknownPath_Is401WithoutAKey()
    {
        string key = _host.NewKey("alice", Rights.Submit);
        await _host.StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await _host.StatusAsync(HttpMethod.Get, "/nowhere", null));
        Assert.Equal(HttpStatusCode.NotFound, await _host.StatusAsync(HttpMethod.Get, "/nowhere", key));
    }
}
