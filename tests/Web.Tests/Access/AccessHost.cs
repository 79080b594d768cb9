using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
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
    private readonly string _protection;
    private WebApplication? _app;
    private HttpClient? _client;

    public AccessHost() => (Keys, _protection) = (new(_folder.At("keys.json")), _folder.At("protection"));

    /// <summary>One that shares its keys and its protection folder with another, as silos of a cluster do.</summary>
    public AccessHost(AccessHost other) => (Keys, _protection) = (other.Keys, other._protection);

    public KeyFile Keys { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public HttpClient Client => _client!;

    public IReadOnlyCollection<string> Logged => _log.Lines;

    public string At(string name) => _folder.At(name);

    public string NewKey(string name, params string[] rights) => Keys.Add(name, rights, Time.GetUtcNow()).Text;

    /// <summary>Starts it with keys.</summary>
    public Task<AccessHost> StartAsync() => StartAsync(new() { KeyFile = Keys.Path });

    /// <summary>Starts it.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loopback">What it takes its address for.</param>
    /// <param name="certificate">With one it speaks https.</param>
    public async Task<AccessHost> StartAsync(AccessOptions options, bool loopback = true, X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(_log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddMuScAccess(options, loopback, _protection);
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
        HttpClientHandler handler = new()
        {
            AllowAutoRedirect = false,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate?.Thumbprint,
        };
        _client = new(handler) { BaseAddress = new(_app.Urls.Single()), Timeout = TimeSpan.FromMinutes(1) };
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
