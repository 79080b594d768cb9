using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using MuSc.Evaluation.Synthetic;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Pages;

/// <summary>A test that opens pages in Chromium; it is skipped, and says so, where Debian's package is absent.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        Skip = File.Exists(PagesServer.Chromium) ? null : $"{PagesServer.Chromium} is absent.";
    }
}

/// <summary>All tests of pages share a server, and a browser: they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PagesCollection : ICollectionFixture<PagesServer>
{
    public const string Name = "Pages";
}

/// <summary><c>musc serve</c> in a process of its own, a browser, and a job that is done.</summary>
public sealed class PagesServer : IAsyncLifetime, IDisposable
{
    public const string Chromium = "/usr/bin/chromium";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();
    private readonly List<Process> _processes = [];
    private IPlaywright? _playwright;

    /// <summary>The images: 24 made-up parts, 5 of them with defects.</summary>
    public string Images => _folder.At("flanges", "images");

    /// <summary>Where the server is.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Where a server is that asks for a key.</summary>
    public string Locked { get; private set; } = "";

    /// <summary>A key for it, of alice, with the right to submit.</summary>
    public string Key { get; private set; } = "";

    /// <summary>A job of these images that is completed.</summary>
    public string Done { get; private set; } = "";

    public IBrowser Browser { get; private set; } = null!;

    public HttpClient Client { get; } = new() { Timeout = Patience };

    public async Task InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        SyntheticSetWriter.Write(new(Count: 24, Defective: 5, Size: 256, Seed: 3), _folder.At("flanges"), 2, CancellationToken.None);
        KeyFile keys = new(_folder.At("keys.json"));
        Key = keys.Add("alice", [Rights.Submit], DateTimeOffset.UtcNow).Text;
        Url = await StartAsync();
        Locked = await StartAsync("--keys", keys.Path);
        Client.BaseAddress = new(Url);
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds / 2);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        Done = await SubmitAsync(await SendAsync(), "flanges of line 3", size: 224);
        await EndAsync(Done);
    }

    /// <summary>Makes a set of the images.</summary>
    public async Task<string> SendAsync()
    {
        string set = (await PostAsync("/v1/sets", new { })).GetProperty("id").GetString()!;
        foreach (string file in Directory.EnumerateFiles(Images))
        {
            using StreamContent bytes = new(File.OpenRead(file));
            using HttpResponseMessage answer = await Client.PutAsync(new Uri($"/v1/sets/{set}/images/{Path.GetFileName(file)}", UriKind.Relative), bytes);
            answer.EnsureSuccessStatusCode();
        }

        return set;
    }

    /// <summary>Submits a job; the larger, the longer it takes.</summary>
    public async Task<string> SubmitAsync(string set, string name, int size = 112) =>
        (await PostAsync("/v1/jobs", new { images = new { set }, name, size })).GetProperty("id").GetString()!;

    /// <summary>Waits for a job's end, which ends its stream of events.</summary>
    public Task<string> EndAsync(string job) => Client.GetStringAsync(new Uri($"/v1/jobs/{job}/events", UriKind.Relative));

    /// <summary>The scores of the job that is done, highest first.</summary>
    public async Task<(string Name, double Score, float Peak)[]> ScoresAsync()
    {
        JsonElement page = await Client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{Done}/results");
        return [.. page.GetProperty("data").EnumerateArray().Select(line => (
            line.GetProperty("image").GetString()!, line.GetProperty("score").GetDouble(), (float)line.GetProperty("score_before_rscin").GetDouble()))
            .OrderByDescending(line => line.Item2)];
    }

    /// <summary>Kills the server, and starts it again where it was.</summary>
    public async Task RestartAsync()
    {
        using Process old = _processes[0];
        old.Kill();
        await old.WaitForExitAsync();
        _processes[0] = await StartAsync(old.StartInfo);
    }

    /// <summary>Opens a page in a context of its own.</summary>
    public async Task<OpenPage> OpenAsync(string path, int width = 1280, ColorScheme scheme = ColorScheme.Light, string? url = null)
    {
        IBrowserContext context = await Browser.NewContextAsync(new()
        {
            BaseURL = url ?? Url, ViewportSize = new() { Width = width, Height = 1000 }, ColorScheme = scheme, AcceptDownloads = true, ReducedMotion = ReducedMotion.Reduce,
        });
        OpenPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(path);
        return page;
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _playwright?.Dispose();
        Client.Dispose();
        _folder.Dispose();
    }

    private async Task<string> StartAsync(params string[] options)
    {
        int port = Ports.Free();
        ProcessStartInfo start = new(MuscProcess.Program,
        [
            "serve", "--until-input-ends", "--data", _folder.At($"data-{port}"), "--threads", "2", "--listen", $"{port}", "--gateway-port", $"{Ports.Free()}",
            "--silo-port", $"{Ports.Free()}", .. options,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _processes.Add(await StartAsync(start));
        return $"http://127.0.0.1:{port}";
    }

    private static async Task<Process> StartAsync(ProcessStartInfo start)
    {
        Process process = Process.Start(start)!;
        using CancellationTokenSource patience = new(Patience);
        return await process.StandardOutput.ReadLineAsync(patience.Token) is null
            ? throw new InvalidOperationException("The server ended; its errors are above.")
            : process;
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using HttpResponseMessage answer = await Client.PostAsJsonAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException(text);
    }
}

/// <summary>A page in a browser's context of its own.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _errors.Add($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _errors.Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the page's console says went wrong: in scripts, with the content security policy, with requests.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
