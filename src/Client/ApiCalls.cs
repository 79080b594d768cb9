using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MuSc.Contracts.Http;
using MuSc.Grains;

namespace MuSc.Client;

/// <summary>
/// Requests to a server's HTTP API. One that finds no server, or a server that is busy, is repeated; what the server refuses becomes a
/// <see cref="JobException"/>.
/// </summary>
/// <param name="http">Where requests go; without a time limit of its own.</param>
/// <param name="patience">How long after its first failure a request is still repeated.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiCalls(HttpClient http, TimeSpan patience, TimeProvider time)
{
    // A server asks its cluster for as long, and then says so itself.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly RetryPolicy _policy = new("HTTP API", patience, TimeSpan.FromMilliseconds(500), time);
    private volatile bool _reached;

    /// <summary>Asks for JSON.</summary>
    /// <param name="path">The address below the server's, with its query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await SendAsync<T>(HttpMethod.Get, path, null, cancellationToken)).Value;

    /// <summary>Sends a request that is answered with JSON.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The address below the server's, with its query.</param>
    /// <param name="body">What becomes the body's JSON, or null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<(HttpStatusCode Status, T Value)> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        SendAsync(
            _ => ApiPaths.Request(method, path, body is null ? null : Json(body)),
            async answer => (answer.Response.StatusCode, await ReadAsync<T>(answer)),
            cancellationToken);

    /// <summary>Sends a request and reads its answer, as often as it takes.</summary>
    /// <param name="make">Makes the request; for a body that is read slowly it gets what to call while that moves.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">The server refuses, or does not answer.</exception>
    public Task<T> SendAsync<T>(Func<Action, HttpRequestMessage> make, Func<ApiAnswer, Task<T>> read, CancellationToken cancellationToken) =>
        RepeatAsync(
            async () =>
            {
                using ApiAnswer answer = await BeginAsync(make, LongestSilence, cancellationToken);
                return await read(answer);
            },
            cancellationToken);

    /// <summary>Sends a request whose answer is read bit by bit; the caller disposes of it.</summary>
    /// <param name="request">Makes the request.</param>
    /// <param name="silence">How long nothing may come.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">The server refuses, or does not answer.</exception>
    public Task<ApiAnswer> OpenAsync(Func<HttpRequestMessage> request, TimeSpan silence, CancellationToken cancellationToken) =>
        RepeatAsync(() => BeginAsync(_ => request(), silence, cancellationToken), cancellationToken);

    /// <summary>A body.</summary>
    public static HttpContent Json(object body) => JsonContent.Create(body, body.GetType(), options: ApiJson.Options);

    /// <summary>Reads an answer that is JSON.</summary>
    /// <exception cref="JobException">It is something else.</exception>
    public async Task<T> ReadAsync<T>(ApiAnswer answer)
    {
        HttpContent content = answer.Response.Content;
        try
        {
            return content.Headers.ContentType?.MediaType == "application/json"
                ? await content.ReadFromJsonAsync<T>(ApiJson.Answers, answer.Token) ?? throw new JsonException("null")
                : throw NoServer(null);
        }
        catch (JsonException error)
        {
            throw NoServer(error);
        }
    }

    /// <summary>Whether an exception is a failure of the connection.</summary>
    public static bool IsBroken(Exception error) => error is HttpRequestException or IOException or TimeoutException;

    private async Task<T> RepeatAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await _policy.RunAsync(
                async () =>
                {
                    try
                    {
                        return await attempt();
                    }
                    catch (HttpRequestException error)
                    {
                        throw Unreachable(error);
                    }
                    catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
                    {
                        throw new TimeoutException("nothing came for too long.", error);
                    }
                },
                cancellationToken);
        }
        catch (Exception error) when (IsBroken(error))
        {
            throw new JobException(JobErrorKind.Resource, $"The server {http.BaseAddress} could not answer for {patience.TotalSeconds:F0} s: {error.Message}", error);
        }
    }

    private async Task<ApiAnswer> BeginAsync(Func<Action, HttpRequestMessage> make, TimeSpan silence, CancellationToken cancellationToken)
    {
        ApiAnswer answer = new(silence, cancellationToken);
        try
        {
            using HttpRequestMessage request = make(answer.Moved);
            answer.Response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, answer.Token);
            _reached = true;
            // A range of nothing is the answer for an empty file.
            if (!answer.Response.IsSuccessStatusCode && answer.Response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                throw await FailureAsync(request, answer, cancellationToken);
            }

            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    // Problems are as RFC 9457 has them; a proxy's own answers are not.
    private async Task<Exception> FailureAsync(HttpRequestMessage request, ApiAnswer answer, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = answer.Response;
        Problem? problem = await ProblemAsync(response.Content, answer.Token);
        string detail = problem?.Detail ?? $"{http.BaseAddress} answers {request.Method} {request.RequestUri} with {(int)response.StatusCode} {response.ReasonPhrase}.";
        const string Key = "Give another key with --key-file FILE, or in the environment variable MUSC_KEY.";
        switch (response.StatusCode)
        {
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                await Task.Delay(PauseOf(response), time, cancellationToken);
                return new TimeoutException(detail);
            case HttpStatusCode.NotFound when problem is null:
                return NoServer(null);
            case HttpStatusCode.NotFound:
                return new JobException(JobErrorKind.NotFound, detail);
            case HttpStatusCode.Conflict:
                return new JobException(JobErrorKind.Conflict, detail);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new JobException(JobErrorKind.Usage, $"{detail} {Key}");
            case HttpStatusCode.RequestEntityTooLarge or >= HttpStatusCode.InternalServerError:
                return new JobException(JobErrorKind.Resource, detail);
            default:
                return new JobException(problem?.Code == "unusable_input" ? JobErrorKind.Input : JobErrorKind.Usage, detail);
        }
    }

    private static async Task<Problem?> ProblemAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return content.Headers.ContentType?.MediaType == "application/problem+json"
                ? await content.ReadFromJsonAsync<Problem>(ApiJson.Answers, cancellationToken)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // At least as long as the server asks for; the policy's own pause comes on top.
    private TimeSpan PauseOf(HttpResponseMessage response)
    {
        TimeSpan asked = response.Headers.RetryAfter switch
        {
            { Delta: { } pause } => pause,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked < LongestPause ? asked : LongestPause;
    }

    private Exception Unreachable(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError when !_reached => new JobException(JobErrorKind.Usage, $"There is no host {http.BaseAddress!.Host}: {error.Message}", error),
        HttpRequestError.SecureConnectionError => new JobException(
            JobErrorKind.Usage, $"There is no secure connection to {http.BaseAddress}: {error.InnerException?.Message ?? error.Message}", error),
        HttpRequestError.ResponseEnded => new IOException("the connection broke.", error),
        _ => new IOException(error.Message, error),
    };

    private JobException NoServer(Exception? error) =>
        new(JobErrorKind.Usage, $"At {http.BaseAddress} answers something else than a MuSc server: give the address that 'musc serve' prints.", error);

    private sealed record Problem(string? Detail, string? Code);
}

/// <summary>An answer that is read. It is given up when nothing came for too long.</summary>
internal sealed class ApiAnswer : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly TimeSpan _longest;

    /// <param name="longest">How long nothing may come.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ApiAnswer(TimeSpan longest, CancellationToken cancellationToken)
    {
        _longest = longest;
        _silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Moved();
    }

    /// <summary>The answer, once it begins.</summary>
    public HttpResponseMessage Response { get; set; } = new();

    /// <summary>Gives up.</summary>
    public CancellationToken Token => _silence.Token;

    /// <summary>Something was sent or came.</summary>
    public void Moved() => _silence.CancelAfter(_longest);

    public void Dispose()
    {
        Response.Dispose();
        _silence.Dispose();
    }
}
