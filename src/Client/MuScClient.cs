using System.Runtime.CompilerServices;
using MessagePack;
using MuSc.Grains.Messages;

namespace MuSc.Client;

/// <summary>
/// A scoring service elsewhere: submits jobs, watches them, fetches their results, sends images. By HTTP from anywhere, or from inside a
/// cluster by Orleans; both do the same.
/// </summary>
public abstract class MuScClient : IScoringServer, IImageSets, IAsyncDisposable
{
    private const int LinesAtOnce = 2_000;

    /// <summary>How long after its first failure a call is still repeated. The default is 2 minutes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The clock. The default is the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Connects to a server by HTTP, or to a cluster from inside it, and sees whether it is there.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobException">Nothing answered within the address' patience, or the server does not accept the key.</exception>
    public static async Task<MuScClient> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken) => address.Http is null
        ? await ClusterClient.ConnectAsync(address, cancellationToken)
        : await HttpApiClient.ConnectAsync(address, cancellationToken);

    /// <summary>A client of a server's HTTP API; it connects when it is used.</summary>
    /// <param name="address">Where the server is, such as <c>https://musc.example/</c>.</param>
    /// <param name="key">A key of <c>musc key new</c> or a token of the server's OpenID provider; null for a server that asks for none.</param>
    /// <exception cref="FormatException">The address is none of HTTP, or no key looks like this one.</exception>
    public static MuScClient Connect(Uri address, string? key) => new HttpApiClient(address, key);

    public async Task<string> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        string id = NewIdentifier();
        await SubmitAsync(spec, id, cancellationToken);
        return id;
    }

    public Task<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken) => ListAsync(new JobQuery(), cancellationToken);

    public async IAsyncEnumerable<JobProgress> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (JobEvent news in EventsAsync(id, 0, cancellationToken))
        {
            yield return news.Progress;
        }
    }

    public async Task<JobResults> ResultsAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (JobEvent _ in EventsAsync(id, 0, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        JobStatus status = await StatusAsync(id, cancellationToken);
        switch (status.State)
        {
            case JobState.Failed:
                throw new JobException(status.ErrorKind ?? JobErrorKind.Resource, status.Error ?? "The job failed.");
            case JobState.Cancelled:
                throw new OperationCanceledException($"The job {id} was cancelled.");
        }

        List<ImageResult> lines = [];
        ResultLines page;
        do
        {
            page = await LinesAsync(id, lines.Count, LinesAtOnce, cancellationToken);
            lines.AddRange(page.Lines);
        }
        while (lines.Count < page.Total && page.Lines.Count > 0);

        return new(lines, page.Folder, page.PhaseTimes) { Decision = page.Decision };
    }

    /// <summary>All lines of the results as one MessagePack array of maps.</summary>
    public async Task<byte[]> ResultsMessagePackAsync(string id, CancellationToken cancellationToken)
    {
        JobResults results = await ResultsAsync(id, cancellationToken);
        return MessagePackSerializer.Serialize(results.Images.Select(ResultRow.Of).ToArray(), cancellationToken: cancellationToken);
    }

    /// <summary>Makes an empty set of images.</summary>
    /// <returns>Its identifier.</returns>
    public async Task<string> CreateSetAsync(NewImageSet given, CancellationToken cancellationToken)
    {
        string id = NewIdentifier();
        await CreateSetAsync(id, given, cancellationToken);
        return id;
    }

    public abstract Task<bool> SubmitAsync(ScoringJobSpec spec, string id, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<JobStatus>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    public abstract Task<JobStatus> StatusAsync(string id, CancellationToken cancellationToken);

    public abstract Task<ScoringJobSpec> SettingsAsync(string id, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<JobEvent> EventsAsync(string id, long after, CancellationToken cancellationToken);

    public abstract Task<ResultLines> LinesAsync(string id, int first, int count, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<StoredFile>> FilesAsync(string id, CancellationToken cancellationToken);

    public abstract Task<Stream> OpenFileAsync(string id, string name, CancellationToken cancellationToken);

    public abstract Task<Stream> OpenImageAsync(string id, string name, ImageView view, double? threshold, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyDictionary<string, bool>> MarksAsync(string id, CancellationToken cancellationToken);

    public abstract Task MarkAsync(string id, string name, bool? anomalous, CancellationToken cancellationToken);

    public abstract Task<ClusterOverview> ClusterAsync(CancellationToken cancellationToken);

    public abstract Task CancelAsync(string id, CancellationToken cancellationToken);

    public abstract Task DeleteAsync(string id, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<string>> VerifyAsync(string id, CancellationToken cancellationToken);

    public abstract Task<int> RebuildIndexAsync(CancellationToken cancellationToken);

    public abstract Task<bool> CreateSetAsync(string id, NewImageSet given, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<ImageSet>> ListSetsAsync(JobQuery query, CancellationToken cancellationToken);

    public abstract Task<ImageSet> SetAsync(string id, CancellationToken cancellationToken);

    public abstract Task<IReadOnlyList<SetImage>> SetImagesAsync(string id, string after, int limit, CancellationToken cancellationToken);

    public abstract Task<AddedImage> PutImageAsync(string id, string name, Stream bytes, PutOptions options, CancellationToken cancellationToken);

    public abstract Task DeleteImageAsync(string id, string name, CancellationToken cancellationToken);

    public abstract Task DeleteSetAsync(string id, CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    private string NewIdentifier() => PathRules.NewIdentifier(Time.GetUtcNow());
}
