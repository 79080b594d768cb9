using MuSc.Engine.Results;
using MuSc.Grains.Compute;
using MuSc.Grains.Storage;
using MuSc.Scoring.Decisions;

namespace MuSc.Grains.Jobs;

/// <summary>What lies on the disk of a job that clients ask for. It is read away from the grain's turns, and so without what only they may look at.</summary>
internal sealed class JobFiles(string job, JobFolder folder, ComputePool pool) : IDisposable
{
    private const int MostRows = 5_000;

    private readonly SemaphoreSlim _marking = new(1);
    private ResultRow[]? _rows;
    private ImageViews? _views;
    private DecisionRule? _decision;
    private GallerySources? _sources;

    // Read once, while somebody looks at the results; they never change.
    private ResultRow[] Rows => _rows ??= StoredResults.Rows(folder);

    public Task<ResultPageMessage> ResultsAsync(
        ScoringJobSpec spec, int first, int count, IReadOnlyDictionary<JobPhase, TimeSpan> times, CancellationToken cancellationToken) => DoAsync(
        Lane.Messages, () => StoredResults.Page(Rows, Decision(spec).Set, folder, first, Math.Min(count, MostRows), times), cancellationToken);

    public Task<FilePartMessage> FileAsync(string name, long offset, CancellationToken cancellationToken) =>
        DoAsync(Lane.Messages, () => StoredResults.ReadFile(folder, name, offset), cancellationToken);

    public Task<FilePartMessage> ImageAsync(ScoringJobSpec spec, string name, ImageView view, double? threshold, long offset, CancellationToken cancellationToken) =>
        DoAsync(Lane.Checks, () => (_views ??= new(spec, folder, Rows, Decision(spec), Sources)).Read(name, view, threshold, offset), cancellationToken);

    public Task<StoredFile[]> FilesAsync(CancellationToken cancellationToken) => DoAsync(Lane.Messages, () => StoredResults.Files(folder), cancellationToken);

    public Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken) =>
        DoAsync(Lane.Checks, () => DigestsWriter.Verify(folder.Results, cancellationToken), cancellationToken);

    public Task<Dictionary<string, bool>> MarksAsync(CancellationToken cancellationToken) =>
        DoAsync(Lane.Messages, () => new Dictionary<string, bool>(JobMarks.Read(folder), StringComparer.Ordinal), cancellationToken);

    public async Task MarkAsync(string name, bool? anomalous, CancellationToken cancellationToken)
    {
        // One after the other: each reads what the one before it wrote.
        await _marking.WaitAsync(cancellationToken);
        try
        {
            await DoAsync(
                Lane.Messages,
                () =>
                {
                    if (!Array.Exists(Rows, row => row.Image == name))
                    {
                        throw new JobException(JobErrorKind.NotFound, $"The job {job} has no image '{name}'.");
                    }

                    JobMarks.Write(folder, name, anomalous);
                    return true;
                },
                cancellationToken);
        }
        finally
        {
            _marking.Release();
        }
    }

    public void Dispose() => _marking.Dispose();

    // The same as when they were written: it follows from the scores alone.
    private DecisionRule Decision(ScoringJobSpec spec) => _decision ??= DecisionRule.Of(Rows.Select(row => row.ToResult()), Sources?.Decision ?? spec.Decision);

    private GallerySources? Sources => _sources ??= GallerySources.Read(folder);

    private Task<T> DoAsync<T>(Lane lane, Func<T> work, CancellationToken cancellationToken) => pool.RunAsync(lane, job, work, cancellationToken);
}
