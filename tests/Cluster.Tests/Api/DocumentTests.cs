using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Web.Access;

namespace MuSc.Cluster.Tests.Api;

/// <summary>The API's description: the one in docs/ is that of the code, and every answer that it names is given.</summary>
public sealed class DocumentTests : IAsyncLifetime, IDisposable
{
    private const string Variable = "MUSC_OPENAPI";
    private const string Nothing = "{}";

    private readonly TempFolder _folder = new();
    private readonly HashSet<(string Operation, int Status)> _given = [];
    private readonly ApiServer _server;
    private readonly HttpClient _nobody;
    private readonly HttpClient _writer;
    private readonly HttpClient _reader;
    private readonly HttpClient _chief;

    public DocumentTests()
    {
        KeyFile keys = new(_folder.At("keys.json"));
        string writer = keys.Add("writer", [Rights.Submit], DateTimeOffset.UtcNow).Text;
        string reader = keys.Add("reader", [Rights.Read], DateTimeOffset.UtcNow).Text;
        string chief = keys.Add("chief", [Rights.Admin], DateTimeOffset.UtcNow).Text;
        _server = ApiServer.With("--keys", keys.Path);
        (_nobody, _writer, _reader, _chief) = (_server.New(null), _server.New(writer), _server.New(reader), _server.New(chief));
    }

    public async Task InitializeAsync() => await _server.InitializeAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _nobody.Dispose();
        _writer.Dispose();
        _reader.Dispose();
        _chief.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    /// <summary><c>MUSC_OPENAPI=1 dotnet test --filter DocumentTests</c> writes docs/openapi.json.</summary>
    [Fact]
    public async Task CheckedInDescription_IsThatOfTheCode()
    {
        string served = await DescriptionAsync();
        string path = Path.Combine(Root(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            await File.WriteAllTextAsync(path, served);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), served);
    }

    [Fact]
    public async Task EveryDocumentedAnswer_IsGiven()
    {
        using TestSet few = TestSet.Synthetic(4, 48);
        using TestSet many = TestSet.Synthetic(60, 48);
        string folder = Path.GetDirectoryName(few.Spec.Images[0].Path)!, name = few.Spec.Images[0].Name;
        string done = await DoneAsync(await _server.SendAsync(folder, _writer));
        string set = await _server.SendAsync(Path.GetDirectoryName(many.Spec.Images[0].Path)!, _writer);
        string running = await SubmitAsync(set, 896);
        await SetsAsync(set, name);
        await JobsAsync(set, done, running);
        await ResultsAsync(done, running, name);
        await HitAsync("cancelJob", HttpMethod.Post, $"jobs/{running}:cancel", _writer, 202);
        await HitAsync("deleteJob", HttpMethod.Delete, $"jobs/{done}", _writer, 204);
        foreach ((string operation, string path) in new[] { ("listBackbones", "backbones"), ("getMe", "me") })
        {
            await HitAsync(operation, HttpMethod.Get, path, _reader, 200);
        }

        await HitAsync("plan", HttpMethod.Get, "plan?images=50&size=112", _reader, 200);
        await HitAsync("plan", HttpMethod.Get, "plan?images=0", _reader, 400);
        await HitAsync("plan", HttpMethod.Get, "plan?images=1000000&size=2048", _reader, 413);
        await HitAsync("getCluster", HttpMethod.Get, "cluster", _reader, 200);
        await HitAsync("getCluster", HttpMethod.Get, "cluster", _writer, 403);
        await HitAsync("rebuildIndex", HttpMethod.Post, "jobs:rebuild-index", _chief, 200);
        await HitAsync("rebuildIndex", HttpMethod.Post, "jobs:rebuild-index", _writer, 403);

        JsonElement paths = JsonDocument.Parse(await DescriptionAsync()).RootElement.GetProperty("paths");
        HashSet<(string, int)> documented = [];
        foreach (JsonProperty path in paths.EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                string id = operation.Value.GetProperty("operationId").GetString()!;
                string where = path.Name["/v1/".Length..].Replace("{set}", "x", StringComparison.Ordinal).Replace("{job}", "x", StringComparison.Ordinal).Replace("{name}", "a", StringComparison.Ordinal);
                await HitAsync(id, new(operation.Name.ToUpperInvariant()), where, _nobody, 401);
                // Too many requests have a test of their own.
                documented.UnionWith(operation.Value.GetProperty("responses").EnumerateObject().Select(answer => (id, int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture))).Where(answer => answer.Item2 != 429));
            }
        }

        Assert.Equal([], documented.Except(_given));
        Assert.Equal([], _given.Except(documented));
    }

    private async Task SetsAsync(string used, string name)
    {
        string big = $$"""{"name":"{{new string('x', 70_000)}}"}""";
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 201, Nothing, key: "k");
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 200, Nothing, key: "k");
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 409, """{"name":"other"}""", key: "k");
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 400, """{"nme":"x"}""");
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 413, big);
        await HitAsync("createSet", HttpMethod.Post, "sets", _writer, 415, Nothing, "text/plain");
        await HitAsync("createSet", HttpMethod.Post, "sets", _reader, 403, Nothing);
        await HitAsync("listSets", HttpMethod.Get, "sets", _reader, 200);
        await HitAsync("listSets", HttpMethod.Get, "sets?limit=0", _reader, 400);
        string set = (await _server.PostAsync("sets", Nothing, _writer)).GetProperty("id").GetString()!;
        foreach ((string operation, string path) in new[] { ("getSet", ""), ("listSetImages", "/images") })
        {
            await HitAsync(operation, HttpMethod.Get, $"sets/{set}{path}", _writer, 200);
            await HitAsync(operation, HttpMethod.Get, $"sets/-{path}", _writer, 400);
            await HitAsync(operation, HttpMethod.Get, $"sets/none{path}", _writer, 404);
        }

        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/a.png", _writer, 201, "1", "image/png");
        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/a.png", _writer, 200, "1", "image/png");
        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/a.png", _writer, 409, "2", "image/png");
        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/a%5Cb.png", _writer, 400, "1", "image/png");
        await HitAsync("putImage", HttpMethod.Put, "sets/none/images/a.png", _writer, 404, "1", "image/png");
        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/a.png", _reader, 403, "1", "image/png");
        await HitAsync("putImage", HttpMethod.Put, $"sets/{set}/images/b.png", _writer, 413, "1", "image/png", length: 1L << 40);
        await HitAsync("importArchive", HttpMethod.Post, $"sets/{set}:import", _writer, 200, new string('\0', 1024), "application/x-tar");
        await HitAsync("importArchive", HttpMethod.Post, $"sets/{set}:import", _writer, 400, "no zip", "application/zip");
        await HitAsync("importArchive", HttpMethod.Post, $"sets/{set}:import", _reader, 403, "", "application/zip");
        await HitAsync("importArchive", HttpMethod.Post, "sets/none:import", _writer, 404, "", "application/zip");
        await HitAsync("importArchive", HttpMethod.Post, $"sets/{set}:import", _writer, 413, "", "application/zip", length: 1L << 40);
        await HitAsync("importArchive", HttpMethod.Post, $"sets/{set}:import", _writer, 415, "", "text/plain");
        foreach ((string operation, string path) in new[] { ("deleteImage", "/images/a.png"), ("deleteSet", "") })
        {
            await HitAsync(operation, HttpMethod.Delete, $"sets/-{path}", _writer, 400);
            await HitAsync(operation, HttpMethod.Delete, $"sets/{set}{path}", _reader, 403);
            await HitAsync(operation, HttpMethod.Delete, $"sets/none{path}", _writer, 404);
            await HitAsync(operation, HttpMethod.Delete, $"sets/{used}{(path.Length > 0 ? $"/images/{name}" : "")}", _writer, 409);
            await HitAsync(operation, HttpMethod.Delete, $"sets/{set}{path}", _writer, 204);
        }
    }

    private async Task JobsAsync(string set, string done, string running)
    {
        string body = $$"""{"images":{"set":"{{set}}"},"size":48}""";
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 202, body, key: "k");
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 200, body, key: "k");
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 409, body.Replace(":48}", ":96}", StringComparison.Ordinal), key: "k");
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 400, """{"images":{"set":"x"},"interval":"much"}""");
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _reader, 403, body);
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 404, """{"images":{"set":"none"}}""");
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 413, new string(' ', 70_000));
        await HitAsync("submitJob", HttpMethod.Post, "jobs", _writer, 415, body, "text/plain");
        await HitAsync("listJobs", HttpMethod.Get, "jobs?state=completed", _writer, 200);
        await HitAsync("listJobs", HttpMethod.Get, "jobs?state=happy", _writer, 400);
        await HitAsync("cancelJob", HttpMethod.Post, "jobs/-:cancel", _writer, 400);
        await HitAsync("cancelJob", HttpMethod.Post, $"jobs/{running}:cancel", _reader, 403);
        await HitAsync("cancelJob", HttpMethod.Post, "jobs/none:cancel", _writer, 404);
        await HitAsync("deleteJob", HttpMethod.Delete, "jobs/-", _writer, 400);
        await HitAsync("deleteJob", HttpMethod.Delete, $"jobs/{done}", _reader, 403);
        await HitAsync("deleteJob", HttpMethod.Delete, "jobs/none", _writer, 404);
        await HitAsync("deleteJob", HttpMethod.Delete, $"jobs/{running}", _writer, 409);
        await HitAsync("watchJob", HttpMethod.Get, $"jobs/{done}/events", _reader, 200);
        await HitAsync("watchJob", HttpMethod.Get, $"jobs/{done}/events", _reader, 204, seen: $"{long.MaxValue}");
    }

    private async Task ResultsAsync(string done, string running, string name)
    {
        foreach ((string operation, string path) in new[]
        {
            ("getResults", "/results"), ("getImageView", $"/images/{name}/map"), ("listFiles", "/files"), ("getFile", "/files/scores.csv"), ("getArchive", "/archive"),
            ("listMarks", "/marks"), ("verifyJob", ":verify"), ("getJob", ""), ("watchJob", "/events"),
        })
        {
            HttpMethod method = operation == "verifyJob" ? HttpMethod.Post : HttpMethod.Get;
            await HitAsync(operation, method, $"jobs/{done}{path}", _reader, 200);
            await HitAsync(operation, method, $"jobs/-{path}", _reader, 400);
            await HitAsync(operation, method, $"jobs/none{path}", _reader, 404);
            if (operation is not ("getJob" or "watchJob"))
            {
                await HitAsync(operation, method, $"jobs/{running}{path}", _reader, 409);
            }
        }

        await HitAsync("decideJob", HttpMethod.Post, $"jobs/{done}:decide", _reader, 200, Nothing);
        await HitAsync("decideJob", HttpMethod.Post, $"jobs/{done}:decide", _reader, 400, """{"flag":"3","threshold":1}""");
        await HitAsync("decideJob", HttpMethod.Post, $"jobs/{done}:decide", _reader, 413, $$"""{"flag":"{{new string('1', 70_000)}}"}""");
        await HitAsync("decideJob", HttpMethod.Post, "jobs/none:decide", _reader, 404, Nothing);
        await HitAsync("decideJob", HttpMethod.Post, $"jobs/{running}:decide", _reader, 409, Nothing);
        await HitAsync("getResults", HttpMethod.Get, $"jobs/{done}/results", _reader, 406, accept: "image/png");
        foreach ((string operation, string path) in new[] { ("getImageView", $"/images/{name}/image"), ("getFile", "/files/scores.csv") })
        {
            await HitAsync(operation, HttpMethod.Get, $"jobs/{done}{path}", _reader, 206, range: true);
            await HitAsync(operation, HttpMethod.Get, $"jobs/{done}{path}", _reader, 304, known: true);
        }

        string mark = $"jobs/{done}/marks/{name}", said = """{"anomalous":true}""";
        await HitAsync("putMark", HttpMethod.Put, mark, _writer, 204, said);
        await HitAsync("putMark", HttpMethod.Put, mark, _writer, 400, Nothing);
        await HitAsync("putMark", HttpMethod.Put, mark, _reader, 403, said);
        await HitAsync("putMark", HttpMethod.Put, $"jobs/{done}/marks/none", _writer, 404, said);
        await HitAsync("putMark", HttpMethod.Put, $"jobs/{running}/marks/{name}", _writer, 409, said);
        await HitAsync("putMark", HttpMethod.Put, mark, _writer, 413, new string(' ', 70_000));
        await HitAsync("putMark", HttpMethod.Put, mark, _writer, 415, said, "text/plain");
    }

    private async Task<string> SubmitAsync(string set, int size) =>
        (await _server.PostAsync("jobs", $$"""{"images":{"set":"{{set}}"},"size":{{size}}}""", _writer)).GetProperty("id").GetString()!;

    private async Task<string> DoneAsync(string set)
    {
        string job = await SubmitAsync(set, 48);
        await _writer.GetStringAsync(new Uri($"jobs/{job}/events", UriKind.Relative));
        return job;
    }

    private async Task HitAsync(
        string operation, HttpMethod method, string path, HttpClient client, int status, string? body = null, string type = "application/json", string? key = null,
        string? accept = null, string? seen = null, long? length = null, bool range = false, bool known = false)
    {
        using HttpRequestMessage request = new(method, $"./{path}");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new(type) } };
            request.Content.Headers.ContentLength = length ?? request.Content.Headers.ContentLength;
            request.Headers.ExpectContinue = length is not null;
        }

        foreach ((string header, string? value) in new[] { ("Idempotency-Key", key), ("Accept", accept), ("Last-Event-ID", seen) }.Where(header => header.Item2 is not null))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        request.Headers.Range = range ? new RangeHeaderValue(0, 0) : null;
        request.Headers.IfModifiedSince = known ? DateTimeOffset.UtcNow : null;
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        string text = status is >= 400 ? await answer.Content.ReadAsStringAsync() : "";
        Assert.True((int)answer.StatusCode == status, $"{operation}, {method} {path}: {(int)answer.StatusCode} and not {status}. {text}");
        if (status >= 400)
        {
            Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{operation}, {method} {path}: {status} without a problem. {text}");
            JsonElement problem = JsonDocument.Parse(text).RootElement;
            Assert.Equal(status, problem.GetProperty("status").GetInt32());
            Assert.All((string[])["type", "title", "detail", "code"], member => Assert.NotEqual("", problem.GetProperty(member).GetString()));
        }

        _given.Add((operation, status));
    }

    private async Task<string> DescriptionAsync() => await _nobody.GetStringAsync(new Uri("../openapi/v1.json", UriKind.Relative));

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
