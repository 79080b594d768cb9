namespace MuSc.Grains;

/// <summary>A job as owners, extractors and workers see it: the same grain as <see cref="IJobGrain"/>.</summary>
[Alias("musc.IJobCoordinatorGrain")]
public interface IJobCoordinatorGrain : IGrainWithStringKey
{
    /// <summary>What owners, extractors and workers have to know; null before the layout is known and after the job ended.</summary>
    [Alias("describe"), ResponseTimeout("00:00:10")]
    Task<JobLayoutMessage?> DescribeAsync();

    /// <summary>What an extractor needs for a block; null where the job has no such block now.</summary>
    [Alias("request"), ResponseTimeout("00:00:10")]
    Task<ExtractionRequest?> RequestAsync(int generation, int block);

    /// <summary>A worker reports what it has done and what it is at, and gets more.</summary>
    [Alias("take"), ResponseTimeout("00:00:10")]
    Task<WorkReply> TakeAsync(WorkRequest request);

    /// <summary>An extractor has a block.</summary>
    [Alias("extracted"), ResponseTimeout("00:00:10")]
    Task ExtractedAsync(ExtractionMessage extraction);

    /// <summary>An owner has stored a block's patch scores.</summary>
    [Alias("stored"), ResponseTimeout("00:00:10")]
    Task StoredAsync(int generation, int block);

    /// <summary>Ends the job with an error that no repetition will cure.</summary>
    [Alias("fail"), ResponseTimeout("00:00:10")]
    Task FailAsync(JobErrorKind kind, string message);
}
