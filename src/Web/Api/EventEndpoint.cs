using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using MuSc.Contracts.Http;
using MuSc.Web.Access;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>
/// <c>GET /v1/jobs/{job}/events</c>: what happens to a job, as server-sent events. The number of an event is its identifier, so that a
/// broken stream goes on where it broke, on whatever silo.
/// </summary>
internal sealed class EventEndpoint(IScoringServer server, TimeProvider time, WebOptions options)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder api) => api
        .MapGet("/jobs/{job}/events", (
            string job, [FromHeader(Name = "Last-Event-ID")] string? seen, HttpContext context, EventEndpoint events) => events.StreamAsync(job, seen, context))
        .WithTags("Jobs").WithName("watchJob").WithSummary("Watch a job until it ends").Produces(200, contentType: "text/event-stream").Produces(204).Problems(400, 404);

    private async Task StreamAsync(string job, string? seen, HttpContext context)
    {
        CancellationToken gone = context.RequestAborted;
        long after = 0;
        if (seen is { Length: > 0 } && !long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw ApiProblem.Invalid("Last-Event-ID", $"'{seen}' is no number of an event.");
        }

        bool ended = (await server.SeenJobAsync(context.User, job, gone)).HasEnded;
        string owner = context.User.Owner();
        try
        {
            if (_open.AddOrUpdate(owner, 1, (_, count) => count + 1) > options.EventStreams)
            {
                throw ApiProblem.TooMany(nameof(WebOptions.EventStreams), $"'{owner}' has {options.EventStreams} streams open already, the most at once ({WebOptions.Section}:{nameof(WebOptions.EventStreams)}).");
            }

            await SendAsync(server.EventsAsync(job, after, gone), ended, context.Response, gone);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Whoever watched has gone.
        }
        finally
        {
            _open.AddOrUpdate(owner, 0, (_, count) => count - 1);
        }
    }

    private async Task SendAsync(IAsyncEnumerable<JobEvent> all, bool ended, HttpResponse response, CancellationToken gone)
    {
        await using IAsyncEnumerator<JobEvent> events = all.GetAsyncEnumerator(gone);
        Task<bool> next = events.MoveNextAsync().AsTask();
        if (ended && !await next)
        {
            // Everything has been seen: a browser would otherwise ask for the end again and again.
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        while (true)
        {
            await response.Body.FlushAsync(gone);
            if (await Task.WhenAny(next, Task.Delay(Heartbeat, time, gone)) != next)
            {
                await response.WriteAsync(": still here\n\n", gone);
                continue;
            }

            if (!await next)
            {
                return;
            }

            await response.WriteAsync(Text(events.Current), gone);
            next = events.MoveNextAsync().AsTask();
        }
    }

    // Which kind an event is follows from the event alone: it is the same in every stream.
    private static string Text(JobEvent news)
    {
        EventResource data = new(JobResource.WordOf(news.State, news.Progress.Phase), ProgressResource.Of(news.Progress));
        bool begins = news.Progress.Elapsed == TimeSpan.Zero || news.State is not JobState.Running;
        return $"id: {news.Number}\nevent: {(begins ? "status" : "progress")}\ndata: {JsonSerializer.Serialize(data, ApiJson.Options)}\n\n";
    }
}
