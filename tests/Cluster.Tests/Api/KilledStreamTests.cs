using System.Text.Json;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;

namespace MuSc.Cluster.Tests.Api;

/// <summary>Streams of events whose silo is killed in the middle: they go on at another one.</summary>
public sealed class KilledStreamTests
{
    private const string Job = "watched";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [PostgresTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StreamOfAKilledSilo_GoesOnAtAnotherWithEveryEventOnceAndInOrder(bool coordinatorToo)
    {
        using CancellationTokenSource patience = new(Patience);
        using TestSet set = TestSet.Synthetic(40, 224);
        await using ProcessCluster cluster = new();
        await cluster.StartAsync(3);
        await using MuScClient client = await cluster.ConnectAsync();
        await client.SubmitAsync(set.Spec, Job, patience.Token);
        await SiloProcess.UntilAsync(() => cluster.All.Any(Coordinates), patience.Token);
        SiloProcess watched = cluster.All.First(silo => Coordinates(silo) == coordinatorToo);
        SiloProcess[] others = [.. cluster.All.Except([watched])];
        Task<List<JsonElement>> whole = ReadAsync(others[0], 0, _ => true, patience.Token);

        List<JsonElement> seen = await ReadAsync(watched, 0, news => news.GetProperty("status").GetString() is "queued" or "checking" or "extracting", patience.Token);
        watched.Kill();
        seen.AddRange(await ReadAsync(others[1], Number(seen[^1]), _ => true, patience.Token));
        Assert.Equal("completed", seen[^1].GetProperty("status").GetString());
        Assert.Equal(seen.Select(Number).Distinct().Order(), seen.Select(Number));
        List<JsonElement> all = await whole;
        if (coordinatorToo)
        {
            // What happened between the last event that was read and the death of the one that knew is known to nobody who asks later.
            Assert.Subset(all.Select(Number).ToHashSet(), seen.Select(Number).ToHashSet());
        }
        else
        {
            Assert.Equal(all.Select(news => news.GetRawText()), seen.Select(news => news.GetRawText()));
        }
    }

    private static bool Coordinates(SiloProcess silo) => silo.Events(SiloEvent.Coordinates, Job).Count > 0;

    private static long Number(JsonElement news) => news.GetProperty("number").GetInt64();

    // A stream's events, each with its number, as long as they are wanted; one that breaks goes on at the same place.
    private static async Task<List<JsonElement>> ReadAsync(SiloProcess silo, long after, Func<JsonElement, bool> wanted, CancellationToken cancellationToken)
    {
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        List<JsonElement> events = [];
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{silo.HttpPort}/v1/jobs/{Job}/events");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", $"{after}");
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using StreamReader lines = new(await answer.Content.ReadAsStreamAsync(cancellationToken));
        string id = "";
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            id = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : id;
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                events.Add(JsonDocument.Parse($"{{\"number\":{id},{line["data: {".Length..]}").RootElement);
                if (!wanted(events[^1]))
                {
                    break;
                }
            }
        }

        return events;
    }
}
