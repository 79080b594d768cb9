using System.Diagnostics;
using System.Security.Cryptography;
using MuSc.Grains.Compute;
using MuSc.Grains.Placement;
using MuSc.Grains.Storage;
using Orleans.Concurrency;

namespace MuSc.Grains.Jobs;

/// <summary>
/// See <see cref="IJobGrain"/>. Its turns only pass on; <see cref="JobRun"/> does the coordination. Reentrant, since owners and
/// extractors call it while it waits for them.
/// </summary>
[RequireRole(SiloRoles.Coordinate), Reentrant, CollectionAgeLimit(Minutes = 2)]
public sealed partial class JobGrain(
    [PersistentState("job", StorageNames.Default)] IPersistentState<JobRecord> record,
    [PersistentState("progress", StorageNames.Default)] IPersistentState<ProgressRecord> progress,
    JobServices services) : Grain, IJobGrain, IJobCoordinatorGrain, IRemindable, IDisposable
{
    private const string Reminder = "keep going";

    private readonly SemaphoreSlim _submitting = new(1);
    private JobData? _data;
    private JobRun? _run;
    private JobRelease? _release;
    private JobFiles? _files;

    private string Job => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (record.State.Spec is not null)
        {
            Begin();
        }

        return Task.CompletedTask;
    }

    public async Task<bool> SubmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        Check(spec);
        await _submitting.WaitAsync(cancellationToken);
        try
        {
            string asked = Convert.ToHexStringLower(SHA256.HashData(ContractJson.Of(spec).Utf8));
            bool isNew = record.State.Spec is null;
            if (!isNew && record.State.Asked != asked)
            {
                throw new JobException(JobErrorKind.Conflict, $"Another job was submitted as {Job} already; choose another identifier.");
            }

            if (isNew)
            {
                record.State.Spec = ContractJson.Of(await AdmitAsync(spec, cancellationToken));
                record.State.Asked = asked;
                record.State.Submitted = services.Time.GetUtcNow();
                record.State.State = JobState.Queued;
                record.State.Trace = Activity.Current?.Id;
                await StoreSubmissionAsync();
            }

            Begin();
            await services.Index.BeginAsync(_data!.Status with { Progress = null });
            return isNew;
        }
        finally
        {
            _submitting.Release();
        }
    }

    public Task<JobStatus?> StatusAsync(CancellationToken cancellationToken) => Task.FromResult(_data?.Status);

    public Task<ScoringJobSpec> SettingsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Data().Spec with { Images = [], References = [], TokenNames = null });

    public IAsyncEnumerable<JobEvent> WatchAsync(long after, CancellationToken cancellationToken) =>
        Data().Events.ReadAsync(after, () => Data().HasEnded, cancellationToken);

    public Task CancelAsync(CancellationToken cancellationToken)
    {
        Data();
        return _run!.CancelAsync(cancellationToken);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        JobFolder folder = new(services.Options.ResultsRoot, Job);
        if (_release is not null)
        {
            if (!Data().HasEnded)
            {
                throw new JobException(JobErrorKind.Conflict, $"The job {Job} is {Data().Status.State}; cancel it first.");
            }

            await _release.FreedAsync(cancellationToken);
        }

        // Of a specification that cannot be read nobody knows them; they go when their time is over.
        if (_data?.Readable is { } spec)
        {
            await new ImageSets(services.Grains, services.Options).ReleaseAsync(Job, spec);
        }

        // The index goes last: until then whoever sweeps comes again.
        await services.Pool.RunAsync(Lane.Checks, Job, () => JobFolder.Delete(folder.Whole), cancellationToken);
        await progress.ClearStateAsync(cancellationToken);
        await record.ClearStateAsync(cancellationToken);
        await services.Index.DeletedAsync(Job);
        DeactivateOnIdle();
    }

    public Task<ResultPageMessage> ResultsAsync(int first, int count, CancellationToken cancellationToken) =>
        FilesOf(Finished()).ResultsAsync(Finished().Spec, first, count, new Dictionary<JobPhase, TimeSpan>(Finished().Progress.PhaseTimes), cancellationToken);

    public Task<FilePartMessage> ReadFileAsync(string name, long offset, CancellationToken cancellationToken) =>
        FilesOf(Data()).FileAsync(name, offset, cancellationToken);

    public Task<FilePartMessage> ReadImageAsync(string name, ImageView view, double? threshold, long offset, CancellationToken cancellationToken) =>
        FilesOf(Finished()).ImageAsync(Finished().Spec, name, view, threshold, offset, cancellationToken);

    public Task<StoredFile[]> FilesAsync(CancellationToken cancellationToken) => FilesOf(Finished()).FilesAsync(cancellationToken);

    public Task<Dictionary<string, bool>> MarksAsync(CancellationToken cancellationToken) => FilesOf(Finished()).MarksAsync(cancellationToken);

    public Task MarkAsync(string name, bool? anomalous, CancellationToken cancellationToken) => FilesOf(Finished()).MarkAsync(name, anomalous, cancellationToken);

    public Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken) => FilesOf(Finished()).VerifyAsync(cancellationToken);

    public Task<JobLayoutMessage?> DescribeAsync() => Task.FromResult(_data?.Layout);

    public Task<ExtractionRequest?> RequestAsync(int generation, int block) => Task.FromResult(_data?.Request(generation, block));

    public Task<WorkReply> TakeAsync(WorkRequest request) =>
        Task.FromResult(_run?.Take(request) ?? new WorkReply(0, [], Ended: true));

    public Task ExtractedAsync(ExtractionMessage extraction)
    {
        _run?.Accept(extraction);
        return Task.CompletedTask;
    }

    public Task StoredAsync(int generation, int block)
    {
        _run?.Stored(generation, block);
        return Task.CompletedTask;
    }

    public Task FailAsync(JobErrorKind kind, string message)
    {
        _run?.Fail(kind, message);
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (record.State.Spec is null)
        {
            await ForgetAsync();
            return;
        }

        // To be active is all that a running job wants; one that has ended may still hold something.
        Begin();
        _release!.Free();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Log.Leaves(services.Logger, Job, reason.Description);
        if (_run is not null)
        {
            await _run.LeaveAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _submitting.Dispose();
        _files?.Dispose();
        _run?.Dispose();
        _release?.Dispose();
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

    private void Begin()
    {
        if (_run is null)
        {
            _data = new(Job, record, progress, services);
            _release = new(_data, services, ForgetAsync);
            _run = new(_data, services, _release, DeactivateOnIdle);
            if (!_data.HasEnded)
            {
                DelayDeactivation(TimeSpan.MaxValue);
            }

            _run.Start();
        }
    }

    // Whoever reaches this grain may have checked nothing.
    private void Check(ScoringJobSpec spec)
    {
        _ = new JobFolder(services.Options.ResultsRoot, Job);
        ScoringJobValidation.Check(spec);
    }

    // Only of a new job: a set may be gone when the same job is submitted again.
    private async Task<ScoringJobSpec> AdmitAsync(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        ImageSets sets = new(services.Grains, services.Options);
        await sets.TakeAsync(Job, spec);
        ScoringJobSpec listed = await services.Pool.RunAsync(Lane.Messages, Job, () => sets.Listed(spec), cancellationToken);
        ScoringJobValidation.Check(listed with { Source = null, ReferenceSource = null });
        return listed;
    }

    // Nothing brings the grain back by itself any more; it goes when nobody has asked for a while.
    private async Task ForgetAsync()
    {
        DelayDeactivation(TimeSpan.Zero);
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private JobFiles FilesOf(JobData job) => _files ??= new(Job, job.Folder, services.Pool);

    private JobData Data() => _data ?? throw new JobException(JobErrorKind.NotFound, $"There is no job {Job}.");

    private JobData Finished() => Data().Status.State is var state && state == JobState.Done
        ? Data()
        : throw new JobException(JobErrorKind.Conflict, $"The job {Job} is {state}; it has no results.");

    private static partial class Log
    {
        [LoggerMessage(EventId = 100, Level = LogLevel.Information, Message = "Job {Job} leaves its coordinator: {Reason}")]
        public static partial void Leaves(ILogger logger, string job, string reason);
    }
}
