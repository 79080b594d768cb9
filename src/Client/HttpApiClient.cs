using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using MuSc.Contracts.Http;
using MuSc.Grains;
using static MuSc.Client.ApiPaths;

namespace MuSc.Client;

/// <summary>
/// A client of a server's HTTP API, from anywhere. A request is repeated while the server restarts; since identifiers are chosen by the
/// caller, a repetition never makes a second job. Images go by way of a set: a job names that, or a folder of the server's.
/// </summary>
public sealed class HttpApiClient : MuScClient
{
    private const int PartBytes = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private ApiCalls? _api;

    /// <summary>A client that connects when it is used; see <see cref="MuScClient.Connect"/>.</summary>
    public HttpApiClient(Uri address, string? key) => _http = new(new SocketsHttpHandler
    {
        // The key is for this server alone.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        BaseAddress = ClusterAddress.Of(address).Http,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = key is null ? null : Bearer(key) },
    };

    private ApiCalls Api => _api ??= new(_http, Patience, Time);

    /// <summary>See <see cref="MuScClient.ConnectAsync"/>.</summary>
    internal static new async Task<HttpApiClient> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        HttpApiClient client = new(address.Http!, address.Key);
        try
        {
            await new ApiCalls(client._http, address.Patience, client.Time).GetAsync<MeResource>("v1/me", cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public override async Task<bool> SubmitAsync(ScoringJobSpec spec, string id, CancellationToken cancellationToken)
    {
        ScoringJobValidation.Check(spec);
        if (spec.Source is null || spec.Images.Count > 0 || spec.References.Count > 0 || spec.TokensFile is not null)
        {
            throw new JobException(JobErrorKind.Usage, "Over HTTP a job names a set of images, or a folder of the server's, and no files: send the images to a set and give that as its source. Files of tokens cannot be sent.");
        }

        using Activity? span = ClusterTraces.Begin(ClusterTraces.Submit, id);
        (HttpStatusCode status, _) = await Api.SendAsync<JobResource>(HttpMethod.Post, $"v1/jobs?id={Uri.EscapeDataString(id)}", JobRequest.Of(spec), cancellationToken);
        return status == HttpStatusCode.Accepted;
    }

    public override async Task<IReadOnlyList<JobStatus>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        // The API filters by one state.
        string state = query.States is [var one] ? $"state={ApiJson.Word(JobResource.WordOf(one, null))}&" : "";
        return await PagesAsync<JobResource, JobStatus>(
            $"v1/jobs?{state}",
            query.After is { } after ? ListCursor.Of(after) : null,
            query.Limit,
            job => job.ToStatus(),
            job => (query.Owner is null || job.Owner == query.Owner) && (query.States.Count == 0 || query.States.Contains(job.State)),
            cancellationToken);
    }

    public override async Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken) =>
        (await Api.GetAsync<JobResource>(Job(id), cancellationToken)).ToStatus();

    public override async Task<ScoringJobSpec> SettingsAsync(string id, CancellationToken cancellationToken)
    {
        JobResource job = await Api.GetAsync<JobResource>(Job(id), cancellationToken);
        ScoringJobSpec spec = job.Spec!.ToSpec(job.Owner);
        return spec with { Source = spec.Source is { Set: null, Path: null } ? null : spec.Source };
    }

    public override async IAsyncEnumerable<JobEvent> EventsAsync(string id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long seen = after;
        while (true)
        {
            await using EventStream events = await EventStream.OpenAsync(Api, id, seen, cancellationToken);
            while (await events.NextAsync(cancellationToken) is { } news)
            {
                seen = news.Number;
                yield return news;
            }

            // A stream that is whole ends with the job; of one that broke there may be more, even if the job has ended since.
            if (!events.IsBroken && (await StatusAsync(id, cancellationToken)).HasEnded)
            {
                yield break;
            }

            await Task.Delay(Pause, Time, cancellationToken);
        }
    }

    public override async Task<ResultLines> LinesAsync(string id, int first, int count, CancellationToken cancellationToken)
    {
        List<ImageResult> lines = [];
        ResultLines page;
        do
        {
            int next = first + lines.Count;
            int limit = Math.Clamp(count - lines.Count, 1, ListCursor.MostAtOnce);
            page = (await Api.GetAsync<ResultPage>($"{Job(id)}/results?limit={limit}&after={ListCursor.Of(next)}", cancellationToken)).ToLines();
            lines.AddRange(page.Lines.Take(count - lines.Count));
        }
        while (lines.Count < count && page.Lines.Count > 0 && first + lines.Count < page.Total);

        return page with { Lines = lines };
    }

    public override async Task<IReadOnlyList<StoredFile>> FilesAsync(string id, CancellationToken cancellationToken) =>
        [.. (await Api.GetAsync<IReadOnlyList<FileResource>>($"{Job(id)}/files", cancellationToken)).Select(file => new StoredFile(file.Name, file.Bytes))];

    public override Task<Stream> OpenFileAsync(string id, string name, CancellationToken cancellationToken) =>
        OpenAsync($"{Job(id)}/files/{Name(name)}", cancellationToken);

    public override Task<Stream> OpenImageAsync(string id, string name, ImageView view, double? threshold, CancellationToken cancellationToken)
    {
        string query = threshold is { } least ? string.Create(CultureInfo.InvariantCulture, $"?threshold={least:R}") : "";
        return OpenAsync($"{Job(id)}/images/{Name(name)}/{ApiJson.Word(view)}{query}", cancellationToken);
    }

    public override async Task<IReadOnlyDictionary<string, bool>> MarksAsync(string id, CancellationToken cancellationToken) =>
        (await Api.GetAsync<MarksResource>($"{Job(id)}/marks", cancellationToken)).Marks;

    public override Task MarkAsync(string id, string name, bool? anomalous, CancellationToken cancellationToken) =>
        Api.SendAsync(
            _ => ApiPaths.Request(HttpMethod.Put, $"{Job(id)}/marks/{Name(name)}", ApiCalls.Json(new MarkRequest { Anomalous = anomalous })),
            _ => Task.FromResult(true),
            cancellationToken);

    public override Task<ClusterOverview> ClusterAsync(CancellationToken cancellationToken) => Api.GetAsync<ClusterOverview>("v1/cluster", cancellationToken);

    public override Task CancelAsync(string id, CancellationToken cancellationToken) =>
        Api.SendAsync<JobResource>(HttpMethod.Post, $"{Job(id)}:cancel", null, cancellationToken);

    public override Task DeleteAsync(string id, CancellationToken cancellationToken) => RemoveAsync(Job(id), cancellationToken);

    public override async Task<IReadOnlyList<string>> VerifyAsync(string id, CancellationToken cancellationToken) =>
        (await Api.SendAsync<VerifyResource>(HttpMethod.Post, $"{Job(id)}:verify", null, cancellationToken)).Value.Problems;

    public override async Task<int> RebuildIndexAsync(CancellationToken cancellationToken) =>
        (await Api.SendAsync<RebuildResource>(HttpMethod.Post, "v1/jobs:rebuild-index", null, cancellationToken)).Value.Jobs;

    public override async Task<bool> CreateSetAsync(string id, NewImageSet given, CancellationToken cancellationToken)
    {
        (HttpStatusCode status, _) = await Api.SendAsync<SetResource>(HttpMethod.Post, $"v1/sets?id={Uri.EscapeDataString(id)}", SetRequest.Of(given), cancellationToken);
        return status == HttpStatusCode.Created;
    }

    public override async Task<IReadOnlyList<ImageSet>> ListSetsAsync(JobQuery query, CancellationToken cancellationToken) => await PagesAsync<SetResource, ImageSet>(
        "v1/sets?", query.After is { } after ? ListCursor.Of(after) : null, query.Limit, set => set.ToSet(), set => query.Owner is null || set.Given.Owner == query.Owner, cancellationToken);

    public override async Task<ImageSet> SetAsync(string id, CancellationToken cancellationToken) =>
        (await Api.GetAsync<SetResource>(Set(id), cancellationToken)).ToSet();

    public override async Task<IReadOnlyList<SetImage>> SetImagesAsync(string id, string after, int limit, CancellationToken cancellationToken) =>
        await PagesAsync<SetImageResource, SetImage>($"{Set(id)}/images?", ListCursor.Of(after), limit, image => image.ToImage(), _ => true, cancellationToken);

    public override async Task<AddedImage> PutImageAsync(string id, string name, Stream bytes, PutOptions options, CancellationToken cancellationToken)
    {
        ImageUpload upload = await ImageUpload.OfAsync(name, bytes, options.Sha256, cancellationToken);
        return await Api.SendAsync(
            moved => upload.Request($"{Set(id)}/images/{Name(name)}?replace={(options.Replace ? "true" : "false")}", moved),
            async answer =>
            {
                SetImage image = (await Api.ReadAsync<SetImageResource>(answer)).ToImage();
                return new AddedImage(image, new(image.Name, ""), answer.Response.StatusCode == HttpStatusCode.Created);
            },
            cancellationToken);
    }

    public override Task DeleteImageAsync(string id, string name, CancellationToken cancellationToken) =>
        RemoveAsync($"{Set(id)}/images/{Name(name)}", cancellationToken);

    public override Task DeleteSetAsync(string id, CancellationToken cancellationToken) => RemoveAsync(Set(id), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // The exception of the class itself would show the key.
    private static AuthenticationHeaderValue Bearer(string key) => key.Length > 0 && key.All(letter => letter is > ' ' and < '\x7f')
        ? new("Bearer", key)
        : throw new FormatException("The key is none: it is one word of visible ASCII characters.");

    private Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => PartStream.OpenAsync(
        (offset, token) => Api.SendAsync(_ => Request(path, offset), ReadPartAsync, token), cancellationToken);

    private static HttpRequestMessage Request(string path, long offset)
    {
        HttpRequestMessage request = ApiPaths.Request(HttpMethod.Get, path);
        request.Headers.Range = new(offset, offset + PartBytes - 1);
        return request;
    }

    private async Task<FilePart> ReadPartAsync(ApiAnswer answer)
    {
        HttpContentHeaders headers = answer.Response.Content.Headers;
        return answer.Response.StatusCode switch
        {
            HttpStatusCode.PartialContent when headers is { ContentRange.Length: { } length, ContentLength: <= PartBytes } =>
                new(length, await answer.Response.Content.ReadAsByteArrayAsync(answer.Token)),
            // Of an empty file there is no range.
            HttpStatusCode.RequestedRangeNotSatisfiable => new(headers.ContentRange?.Length ?? 0, ReadOnlyMemory<byte>.Empty),
            _ => throw new JobException(JobErrorKind.Resource, $"{_http.BaseAddress} or something before it does not give files in parts (HTTP ranges)."),
        };
    }

    // What a first try may have deleted already is gone as it should be.
    private async Task RemoveAsync(string path, CancellationToken cancellationToken)
    {
        int tries = 0;
        try
        {
            await Api.SendAsync(
                _ =>
                {
                    tries++;
                    return ApiPaths.Request(HttpMethod.Delete, path);
                },
                _ => Task.FromResult(true),
                cancellationToken);
        }
        catch (JobException error) when (tries > 1 && error.Kind == JobErrorKind.NotFound)
        {
        }
    }

    private async Task<IReadOnlyList<T>> PagesAsync<TPart, T>(
        string path, string? after, int limit, Func<TPart, T> convert, Func<T, bool> isWanted, CancellationToken cancellationToken)
    {
        List<T> found = [];
        do
        {
            string place = after is null ? "" : $"&after={after}";
            ListPage<TPart> page = await Api.GetAsync<ListPage<TPart>>(
                $"{path}limit={Math.Clamp(limit - found.Count, 1, ListCursor.MostAtOnce)}{place}", cancellationToken);
            found.AddRange(page.Data.Select(convert).Where(isWanted));
            after = page.Next;
        }
        while (after is not null && found.Count < limit);

        return found;
    }
}
