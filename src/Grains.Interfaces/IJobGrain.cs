using MuSc.Grains.Messages;

namespace MuSc.Grains;

/// <summary>A job's coordinator, keyed by the job: its specification, plan, ledger, phases and results.</summary>
[Alias("musc.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Takes the job in; the same call again changes nothing.</summary>
    [Alias("submit"), ResponseTimeout("00:00:20")]
    Task SubmitAsync(JobSpecMessage spec, CancellationToken cancellationToken);

    /// <summary>Where the job stands; null where it was never submitted.</summary>
    [Alias("status"), ResponseTimeout("00:00:10")]
    Task<JobStatusMessage?> StatusAsync(CancellationToken cancellationToken);

    /// <summary>What happened after an offset, then what happens, until the job ends.</summary>
    /// <param name="after">The number of the last event that the caller has seen, 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    [Alias("watch")]
    IAsyncEnumerable<JobEventMessage> WatchAsync(long after, CancellationToken cancellationToken);

    /// <summary>Asks the job to stop.</summary>
    [Alias("cancel"), ResponseTimeout("00:00:10")]
    Task CancelAsync(CancellationToken cancellationToken);

    /// <summary>Some lines of a finished job's results, as MessagePack.</summary>
    [Alias("results"), ResponseTimeout("00:00:20")]
    Task<ResultPageMessage> ResultsAsync(int first, int count, CancellationToken cancellationToken);

    /// <summary>Part of a file in the job's folder of results.</summary>
    /// <param name="name">The path below that folder.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="cancellationToken">Gives up.</param>
    [Alias("file"), ResponseTimeout("00:00:20")]
    Task<FilePartMessage> ReadFileAsync(string name, long offset, CancellationToken cancellationToken);

    /// <summary>What owners, extractors and workers have to know; null before the layout is known and after the job ended.</summary>
    [Alias("describe"), ResponseTimeout("00:00:10")]
    Task<JobLayoutMessage?> DescribeAsync();

    /// <summary>What an extractor needs for a block; null where the job has no such block now.</summary>
    [Alias("request"), ResponseTimeout("00:00:10")]
    Task<ExtractionRequest?> RequestAsync(int generation, int block);

    /// <summary>A worker tells what it has done and what it is at, and gets more.</summary>
    [Alias("take"), ResponseTimeout("00:00:10")]
    Task<WorkReply> TakeAsync(WorkRequest request);

    /// <summary>An extractor has a block.</summary>
    [Alias("extracted"), ResponseTimeout("00:00:10")]
    Task ExtractedAsync(ExtractionMessage extraction);

    /// <summary>An owner has stored a block's patch scores.</summary>
    [Alias("stored"), ResponseTimeout("00:00:10")]
    Task StoredAsync(int generation, int block);

    /// <summary>Something that no repetition will mend.</summary>
    [Alias("fail"), ResponseTimeout("00:00:10")]
    Task FailAsync(int kind, string message);
}
