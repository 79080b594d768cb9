using Microsoft.Extensions.Logging;
using MuSc.Contracts;
using MuSc.Grains.Messages;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;
using Orleans.Concurrency;

namespace MuSc.Grains.Jobs;

/// <summary>
/// See <see cref="IJobGrain"/>. Its turns only pass on; <see cref="JobRun"/> does the coordination. Reentrant, since owners and
/// extractors call it while it waits for them.
/// </summary>
[RequireRole(SiloRoles.Coordinate), Reentrant, KeepAlive]
public sealed class JobGrain(
    [PersistentState("job", StorageNames.Default)] IPersistentState<JobRecord> record,
    [PersistentState("progress", StorageNames.Default)] IPersistentState<ProgressRecord> progress,
    JobServices services) : Grain, IJobGrain, IJobCoordinatorGrain, IRemindable, IDisposable
{
    private const string Reminder = "keep going";
    private const int MostRows = 5_000;

    private readonly SemaphoreSlim _submitting = new(1);
    private JobRun? _run;

    private string Job => this.GetPrimaryKeyString();

    private JobFolder Folder => new(services.Options.ResultsRoot, Job);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Spec is not null)
        {
            Begin();
        }
        else
        {
            DelayDeactivation(TimeSpan.FromMinutes(1));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task SubmitAsync(JobSpecMessage spec, CancellationToken cancellationToken)
    {
        await _submitting.WaitAsync(cancellationToken);
        try
        {
            if (record.State.Spec is null)
            {
                record.State.Spec = spec;
                record.State.Submitted = services.Time.GetUtcNow();
                record.State.State = JobState.Queued;
                await StoreSubmissionAsync();
            }

            await services.Grains.GetGrain<IJobIndexGrain>(GrainKeys.Index).BeginAsync(Job, record.State.Submitted);
            Begin();
        }
        finally
        {
            _submitting.Release();
        }
    }

    /// <inheritdoc/>
    public Task<JobStatusMessage?> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(_run?.Status);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobEventMessage> WatchAsync(long after, CancellationToken cancellationToken) =>
        Run().Events.ReadAsync(after, () => Run().HasEnded, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(CancellationToken cancellationToken) => Run().EndAsync(JobState.Cancelled, null);

    /// <inheritdoc/>
    public Task<ResultPageMessage> ResultsAsync(int first, int count, CancellationToken cancellationToken) =>
        Run().Status.State == JobState.Done
            ? StoredResults.ReadAsync(Folder, first, Math.Min(count, MostRows), progress.State.PhaseTimes, cancellationToken)
            : throw new InvalidOperationException($"The job {Job} is {Run().Status.State}; it has no results.");

    /// <inheritdoc/>
    public Task<FilePartMessage> ReadFileAsync(string name, long offset, CancellationToken cancellationToken) =>
        StoredResults.ReadFileAsync(Folder, name, offset, cancellationToken);

    /// <inheritdoc/>
    public Task<JobLayoutMessage?> DescribeAsync() => Task.FromResult(_run?.Layout);

    /// <inheritdoc/>
    public Task<ExtractionRequest?> RequestAsync(int generation, int block) => Task.FromResult(_run?.Request(generation, block));

    /// <inheritdoc/>
    public Task<WorkReply> TakeAsync(WorkRequest request) =>
        Task.FromResult(_run?.Take(request) ?? new WorkReply(0, [], Ended: true));

    /// <inheritdoc/>
    public Task ExtractedAsync(ExtractionMessage extraction)
    {
        _run?.Accept(extraction);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoredAsync(int generation, int block)
    {
        _run?.Stored(generation, block);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FailAsync(int kind, string message) => _run?.EndAsync(JobState.Failed, new JobException((JobErrorKind)kind, message)) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // To be active is all that is wanted; a job that has ended needs no more reminding.
        if (_run is null or { HasEnded: true } && await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        services.Logger.LogInformation("Job {Job} leaves its coordinator: {Reason}", Job, reason.Description);
        if (_run is not null)
        {
            await _run.LeaveAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _submitting.Dispose();
        _run?.Dispose();
    }

    private async Task StoreSubmissionAsync()
    {
        try
        {
            await record.WriteStateAsync();
            await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        }
        catch
        {
            // Not submitted then; the caller tries again, perhaps elsewhere.
            record.State.Spec = null;
            DeactivateOnIdle();
            throw;
        }
    }

    private void Begin() => _run ??= new JobRun(Job, record, progress, services, DeactivateOnIdle);

    private JobRun Run() => _run ?? throw new InvalidOperationException($"There is no job {Job}.");
}
