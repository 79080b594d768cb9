using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Web.Access;

namespace MuSc.Cluster.Tests.Api;

/// <summary>Who gets in, at a real server with keys.</summary>
public sealed class KeyTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly KeyFile _keys;
    private readonly ApiServer _server;

    public KeyTests()
    {
        _keys = new(_folder.At("keys.json"));
        Anna = _keys.Add("anna", [Rights.Submit], DateTimeOffset.UtcNow).Text;
        Bert = _keys.Add("bert", [Rights.Submit], DateTimeOffset.UtcNow).Text;
        Reader = _keys.Add("reader", [Rights.Read], DateTimeOffset.UtcNow).Text;
        _server = ApiServer.With("--keys", _keys.Path);
    }

    private string Anna { get; }

    private string Bert { get; }

    private string Reader { get; }

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ForeignJobsAndSets_AreAsIfTheyWereNotThere()
    {
        using TestSet images = TestSet.Synthetic(3, 48);
        using HttpClient anna = _server.New(Anna), bert = _server.New(Bert), reader = _server.New(Reader);
        string set = await _server.SendAsync(Path.GetDirectoryName(images.Spec.Images[0].Path)!, anna);
        JsonElement job = await _server.PostAsync("jobs", $$"""{"images":{"set":"{{set}}"},"size":48}""", anna);
        string id = job.GetProperty("id").GetString()!;
        Assert.Equal("anna", job.GetProperty("owner").GetString());
        foreach (string path in (string[])[$"jobs/{id}", $"jobs/{id}/events", $"jobs/{id}/results", $"sets/{set}", $"sets/{set}/images"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(bert, HttpMethod.Get, path));
            Assert.NotEqual(HttpStatusCode.NotFound, await StatusAsync(reader, HttpMethod.Get, path));
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(bert, HttpMethod.Delete, $"sets/{set}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(bert, HttpMethod.Post, "jobs", $$"""{"images":{"set":"{{set}}"} }"""));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(reader, HttpMethod.Post, $"jobs/{id}:cancel"));
        Assert.Contains(id, await anna.GetStringAsync(new Uri("jobs", UriKind.Relative)), StringComparison.Ordinal);
        Assert.DoesNotContain(id, await bert.GetStringAsync(new Uri("jobs", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemovedKey_IsRefusedWithinFiveSeconds()
    {
        using HttpClient nobody = _server.New(null), bert = _server.New(Bert);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, HttpMethod.Get, "me"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(bert, HttpMethod.Get, "me"));
        _keys.Remove("bert", null);
        Stopwatch since = Stopwatch.StartNew();
        while (await StatusAsync(bert, HttpMethod.Get, "me") != HttpStatusCode.Unauthorized)
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), "The key is accepted still.");
        }
    }

    [Fact]
    public async Task ServerForOtherMachinesWithoutKeys_DoesNotStart()
    {
        MuscProcess refused = (await MuscProcess.RunAsync("serve", "--data", _folder.At("open"), "--listen", "0.0.0.0:18999")).Expect(2);
        Assert.Contains("--keys FILE", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--insecure", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("open")));
    }

    [Fact]
    public async Task Dashboard_IsForAdmins()
    {
        string admin = _keys.Add("chief", [Rights.Admin], DateTimeOffset.UtcNow).Text;
        using SiloProcess silo = new(0, null, _folder.At("dashboard"), new Dictionary<string, string> { ["Web__Dashboard"] = "true", ["Auth__KeyFile"] = _keys.Path });
        await silo.ReadyAsync();
        using HttpClient http = new() { BaseAddress = new($"http://127.0.0.1:{silo.HttpPort}/") };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, HttpMethod.Get, "dashboard/"));
        http.DefaultRequestHeaders.Authorization = new("Bearer", Anna);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, HttpMethod.Get, "dashboard/DashboardCounters"));
        http.DefaultRequestHeaders.Authorization = new("Bearer", admin);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, HttpMethod.Get, "dashboard/DashboardCounters"));
        Assert.Contains("href=\"/dashboard/\"", await http.GetStringAsync(new Uri("cluster", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = json is null ? null : ApiServer.Json(json) };
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
