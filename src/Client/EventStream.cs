using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MuSc.Contracts.Http;

namespace MuSc.Client;

/// <summary>What happens to a job, as a server sends it, until the job ends or the connection breaks.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    // Something comes every 15 s.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    private readonly ApiAnswer _answer;
    private readonly IAsyncEnumerator<SseItem<EventResource?>> _items;

    private EventStream(ApiAnswer answer, Stream bytes)
    {
        _answer = answer;
        _items = SseParser.Create(new MovingStream(bytes, answer.Moved), (_, data) => JsonSerializer.Deserialize<EventResource>(data, ApiJson.Answers))
            .EnumerateAsync(answer.Token).GetAsyncEnumerator(answer.Token);
    }

    /// <summary>Whether the connection broke, so that there may be more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Opens it.</summary>
    /// <param name="api">The server.</param>
    /// <param name="job">The job.</param>
    /// <param name="after">The number of the last event that was seen, 0 for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<EventStream> OpenAsync(ApiCalls api, string job, long after, CancellationToken cancellationToken)
    {
        ApiAnswer answer = await api.OpenAsync(() => Request(job, after), LongestSilence, cancellationToken);
        try
        {
            return new(answer, await answer.Response.Content.ReadAsStreamAsync(answer.Token));
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<JobEvent?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _items.MoveNextAsync() && _items.Current is { Data: { } data, EventId: { } number }
                ? new(long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture), JobResource.StateOf(data.Status), data.Progress.ToProgress())
                : null;
        }
        catch (Exception error) when (ApiCalls.IsBroken(error) || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            IsBroken = true;
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _answer.Dispose();
    }

    private static HttpRequestMessage Request(string job, long after)
    {
        HttpRequestMessage request = ApiPaths.Request(HttpMethod.Get, $"{ApiPaths.Job(job)}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after > 0)
        {
            request.Headers.Add("Last-Event-ID", after.ToString(CultureInfo.InvariantCulture));
        }

        return request;
    }
}
