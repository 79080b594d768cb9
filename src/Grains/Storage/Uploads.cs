namespace MuSc.Grains.Storage;

/// <summary>The uploads of a cluster, for those who use them.</summary>
/// <param name="grains">Finds them.</param>
/// <param name="options">Where they lie.</param>
internal sealed partial class Uploads(IGrainFactory grains, MuScOptions options)
{
    /// <summary>Keeps for a job the uploads that it names.</summary>
    /// <exception cref="JobException">One is not finished, or is not there.</exception>
    public Task TakeAsync(string job, ScoringJobSpec spec) =>
        Task.WhenAll(Of(spec).Select(upload => grains.GetGrain<IUploadKeeperGrain>(upload.Key).TakeAsync(job, [.. upload])));

    /// <summary>Lets go of the uploads that a job names.</summary>
    public Task ReleaseAsync(string job, ScoringJobSpec spec) =>
        Task.WhenAll(Of(spec).Select(upload => grains.GetGrain<IUploadKeeperGrain>(upload.Key).ReleaseAsync(job)));

    /// <summary>Deletes those whose time is over; one that cannot be deleted now is tried again the next time.</summary>
    public async Task SweepAsync(DateTimeOffset now, ILogger logger)
    {
        foreach (string upload in UploadFolder.All(options.ResultsRoot))
        {
            try
            {
                if (now - new UploadFolder(options.ResultsRoot, upload).Touched >= options.UploadTime
                    && await grains.GetGrain<IUploadKeeperGrain>(upload).SweepAsync(now))
                {
                    Log.Expired(logger, upload);
                }
            }
            catch (Exception error)
            {
                Log.NotDeleted(logger, error, upload);
            }
        }
    }

    private IEnumerable<IGrouping<string, string>> Of(ScoringJobSpec spec) => ListedRoots.Inputs(spec)
        .Select(path => UploadFolder.Find(options.ResultsRoot, path))
        .OfType<(string Upload, string Name)>()
        .GroupBy(file => file.Upload, file => file.Name, StringComparer.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(EventId = 150, Level = LogLevel.Information, Message = "The upload {Upload} was used by no job for its time and is deleted")]
        public static partial void Expired(ILogger logger, string upload);

        [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "The upload {Upload} was used by no job for its time and could not be deleted")]
        public static partial void NotDeleted(ILogger logger, Exception error, string upload);
    }
}
