namespace MuSc.Grains;

/// <summary>A block's owner: receives the minima of its images, averages, and stores their patch scores.</summary>
[Alias("musc.IIntervalAverageGrain")]
public interface IIntervalAverageGrain : IGrainWithStringKey
{
    /// <summary>Takes in the minima against one partner block; a repetition is dropped.</summary>
    [Alias("deliver"), ResponseTimeout("00:00:20")]
    Task<DeliveredMessage> DeliverAsync(DeliveryMessage delivery);

    /// <summary>What has arrived.</summary>
    [Alias("report"), ResponseTimeout("00:00:10")]
    Task<BlockReportMessage> ReportAsync();

    /// <summary>Forgets everything; the job has ended.</summary>
    [Alias("release"), ResponseTimeout("00:00:10")]
    Task ReleaseAsync();
}
