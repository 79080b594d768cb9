using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

/// <summary>A server with the access rules and a few endpoints, on a free port of the loopback interface, and a client that keeps cookies.</summary>
public sealed class AccessHost : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LogLines _log = new();
    private WebApplication? _app;
    private HttpClient? _client;

    public AccessHost() => Keys = new(_folder.At("keys.json"));

    public KeyFile Keys { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public HttpClient Client => _client!;

    public IReadOnlyCollection<string> Logged => _log.Lines;

    public string At(string name) => _folder.At(name);

    public string NewKey(string name, params string[] rights) => Keys.Add(name, rights, Time.GetUtcNow()).Text;

    /// <summary>Starts it with keys.</summary>
    public Task<AccessHost> StartAsync() => StartAsync(new() { KeyFile = Keys.Path });

    public async Task<AccessHost> StartAsync(AccessOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(_log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddMuScAccess(options, loopback: true, _folder.At("protection"));
        _app = builder.Build();
        _app.UseMuScAccess();
        _app.MapSignIn();
        _app.MapGet("/form", (HttpContext context, IAntiforgery form) => form.GetAndStoreTokens(context).RequestToken).AllowAnonymous();
        _app.MapGet("/me", (HttpContext context) =>
            $"{context.User.Owner()} {context.User.MaySubmit()} {context.User.MayReadAll()} {context.User.IsAdmin()}");
        _app.MapPost("/jobs", () => "made").RequireAuthorization(Rights.Submit);
        _app.MapGet("/jobs", () => "listed").RequireAuthorization(Rights.Read);
        _app.MapDelete("/jobs", () => "deleted").RequireAuthorization(Rights.Admin);
        _app.MapGet("/page", () => "shown").WithMetadata(new LeadsToSignIn());
        await _app.StartAsync();
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(_app.Urls.Single()), Timeout = TimeSpan.FromMinutes(1) };
        return this;
    }

    /// <summary>Sends a request, with a key or token where one is given.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return Client.SendAsync(request);
    }

    /// <summary>The status of a request.</summary>
    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? key, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, key, headers);
        return response.StatusCode;
    }

    /// <summary>Who the server takes the holder of a key or token for.</summary>
    public async Task<string> WhoAsync(string? key)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "/me", key);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>The body of an answer that is a problem.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.All(["type", "title", "detail"], member => Assert.NotEmpty(problem.GetProperty(member).GetString()!));
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _log.Dispose();
        _folder.Dispose();
    }
}
