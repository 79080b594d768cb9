using System.Net.Http.Headers;
using System.Text.Json;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Api;

/// <summary>A server in a process of its own, and a client that speaks plain HTTP.</summary>
public sealed class ApiServer : IAsyncLifetime, IDisposable
{
    private readonly ServerProcess _server;

    public ApiServer()
        : this([])
    {
    }

    private ApiServer(string[] options)
    {
        _server = new(["serve", "--data", Folder.At("data"), "--threads", "2", .. options]);
        Client = New(null);
    }

    /// <param name="options">Options of <c>musc serve</c> besides its data folder.</param>
    public static ApiServer With(params string[] options) => new(options);

    public TempFolder Folder { get; } = new();

    public ServerProcess Process => _server;

    public HttpClient Client { get; }

    public async Task InitializeAsync() => await _server.ReadyAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Client.Dispose();
        _server.Dispose();
        Folder.Dispose();
    }

    /// <summary>A client with a key.</summary>
    public HttpClient New(string? key)
    {
        HttpClient client = new() { BaseAddress = new($"http://127.0.0.1:{_server.HttpPort}/v1/"), Timeout = TimeSpan.FromMinutes(2) };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        return client;
    }

    public Task<JsonElement> NewSetAsync() => PostAsync("sets", """{"name":"parts"}""");

    public async Task<JsonElement> PostAsync(string path, string json, HttpClient? client = null)
    {
        using HttpResponseMessage answer = await (client ?? Client).PostAsync(new Uri(path, UriKind.Relative), Json(json));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A set of the files of a folder.</summary>
    public async Task<string> SendAsync(string folder, HttpClient? client = null)
    {
        string set = (await PostAsync("sets", "{}", client)).GetProperty("id").GetString()!;
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = string.Join('/', Path.GetRelativePath(folder, file).Split('/').Select(Uri.EscapeDataString));
            using StreamContent bytes = new(File.OpenRead(file));
            using HttpResponseMessage answer = await (client ?? Client).PutAsync(new Uri($"sets/{set}/images/{name}", UriKind.Relative), bytes);
            Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        }

        return set;
    }

    /// <summary>Waits for a job's end.</summary>
    /// <returns>The events of its stream: number, kind, data.</returns>
    public async Task<List<(long Number, string Kind, JsonElement Data)>> WatchAsync(string job, long after = 0)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"jobs/{job}/events");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", $"{after}");
        using HttpResponseMessage answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return Events(await answer.Content.ReadAsStringAsync());
    }

    public static List<(long Number, string Kind, JsonElement Data)> Events(string stream) =>
    [
        .. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => !block.StartsWith(':')).Select(block =>
        {
            Dictionary<string, string> fields = block.Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1]);
            return (long.Parse(fields["id"], System.Globalization.CultureInfo.InvariantCulture), fields["event"], JsonDocument.Parse(fields["data"]).RootElement);
        }),
    ];

    public async Task<string> TextAsync(string path, string? accept = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        }

        using HttpResponseMessage answer = await Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    public static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
