using System.Diagnostics;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Grains.Storage;
using Orleans.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>
/// What a coordinator knows of its job: what is stored, the layout that follows from it, and what happened so far. What is stored
/// is enough to go on in another activation.
/// </summary>
internal sealed partial class JobData(
    string id, IPersistentState<JobRecord> record, IPersistentState<ProgressRecord> progress, JobServices services)
{
    private readonly Lazy<ScoringJobSpec> _spec = new(() => InThisCluster(record.State.Spec!.Value.To<ScoringJobSpec>(), id, services.Options));

    // An end is known once it is stored: a store that fails takes it back.
    private (JobState State, string? Error, JobErrorKind? Kind) _known = (record.State.State, record.State.Error, record.State.ErrorKind);
    private bool _changed;

    public string Id => id;

    /// <summary>What was asked for, with results where this cluster keeps them.</summary>
    /// <exception cref="JobException">What is stored cannot be read.</exception>
    public ScoringJobSpec Spec => _spec.Value;

    /// <summary>What was asked for; null where it cannot be read.</summary>
    public ScoringJobSpec? Readable
    {
        get
        {
            try
            {
                return Spec;
            }
            catch (JobException)
            {
                return null;
            }
        }
    }

    /// <summary>Where its networks run; the processor where what was asked for cannot be read.</summary>
    public string Device => Readable?.Device ?? "cpu";

    public JobFolder Folder { get; } = new(services.Options.ResultsRoot, id);

    public JobEvents Events { get; } = new(
        services.Time,
        // Its number is not above that of the event with which the job ended: who has seen that one has seen all.
        record.State.Ended is { } ended ? new(ended.ToUnixTimeMilliseconds(), record.State.State, new(JobPhase.Write, 0, 0, TimeSpan.Zero, null)) : null);

    public DateTimeOffset Submitted => record.State.Submitted;

    public ProgressRecord Progress => progress.State;

    /// <summary>The span that work on the job belongs to, or null.</summary>
    public string? Trace { get; private set; } = record.State.Trace;

    /// <summary>How silos compute that are to extract, before the first block settles the profile; not stored.</summary>
    public string? Platform { get; set; }

    /// <summary>The numeric profile that its features must have, or the platform while that is all that is known; null where any will do.</summary>
    public string? WantedProfile => Progress.Profile is { Length: > 0 } profile ? profile : Platform;

    /// <summary>How the job and its gallery come together, once that is known; null where it has none.</summary>
    public GalleryPlan? Gallery { get; private set; }

    /// <summary>All images of the job, references last; rows of its file of tokens once that is checked; with a gallery the images of both.</summary>
    public IReadOnlyList<ImageFile> Inputs => Gallery is { } gallery
        ? [.. gallery.Rows.Select(row => row.Image).Concat(gallery.References).Select(image => new ImageFile(image.Name, image.Path))]
        : Spec.TokensFile is { } file
        ? [.. Enumerable.Range(0, Progress.Checks.Length).Select(row => new ImageFile(Spec.TokenNames?[row] ?? $"{row}", file))]
        : [.. Spec.Images, .. Spec.References];

    private IEnumerable<ImageFile> Own => Gallery is null ? Inputs.SkipLast(Spec.References.Count + Spec.TokenReferences) : Spec.Images;

    /// <summary>The images of the results: those of the job after the check, without references, and those of its gallery.</summary>
    public IReadOnlyList<CheckedImage> Listed
    {
        get
        {
            IEnumerable<CheckedImage> own = Own.Zip(Progress.Checks, (file, check) => new CheckedImage(file, check.Width, check.Height, check.Sha256, check.Reason));
            return Gallery?.Listed(own) ?? [.. own];
        }
    }

    /// <summary>The usable images in blocks, once they are known.</summary>
    public JobImages? Images { get; private set; }

    public bool HasEnded => Status.HasEnded;

    public JobStatus Status => new(
        id, _known.State, record.State.Submitted, Events.Last?.Progress, _known.Error, _known.Kind,
        record.State.Ended + (Readable?.KeepFor ?? services.Options.KeepFor))
    {
        Started = Progress.Started,
        Ended = record.State.Ended,
        Name = Readable?.Name,
        Owner = Readable?.Owner,
        Counts = Counts,
    };

    private JobCounts Counts
    {
        get
        {
            int images = Readable is not { } spec ? 0 : spec.TokensFile is null ? spec.Images.Count : Math.Max(Progress.Checks.Length - spec.TokenReferences, 0);
            int skipped = Progress.Checks.Take(images).Count(check => check.Reason is not null);
            return new(images, _known.State == JobState.Done ? images - skipped : 0, skipped);
        }
    }

    /// <summary>What owners and workers have to know; null before it is known and after the end.</summary>
    public JobLayoutMessage? Layout => Images is null || HasEnded ? null : new(
        Progress.Generation,
        Settings([]),
        [.. Images.Blocks.Select(block => block.Count)],
        [.. Images.Blocks.Select(block => block.Subset)],
        Images.Blocks.TakeWhile(block => !block.Reference).Count(),
        [.. Progress.Hashes],
        Progress.Shape,
        Progress.StripImages,
        Trace,
        WantedProfile,
        Images.Blocks.Count(block => block.Known));

    /// <summary>What an extractor needs for a block; null where the job has no such block now.</summary>
    public ExtractionRequest? Request(int generation, int block)
    {
        if (Images is null || HasEnded || generation != Progress.Generation || block < 0 || block >= Images.Blocks.Count)
        {
            return null;
        }

        int[] rows = [.. Images.Inputs.Skip(Images.Blocks[block].First).Take(Images.Blocks[block].Count)];
        IReadOnlyList<ImageFile> inputs = Spec.TokensFile is null ? Inputs : [];
        return new(Settings(inputs.Count == 0 ? [] : [.. rows.Select(row => inputs[row])]), rows, WantedProfile, Gallery is null ? null : [.. rows.Select(GalleryHash)]);
    }

    /// <summary>Notes how the job and its gallery come together; not stored, but for the profile.</summary>
    /// <param name="plan">How.</param>
    /// <param name="profile">The numeric profile that the features must have, or null for any.</param>
    public void Join(GalleryPlan plan, string? profile)
    {
        Gallery = plan;
        if (profile is not null && Progress.Profile != profile)
        {
            Progress.Profile = profile;
            Changed();
        }
    }

    /// <summary>Notes that the job is worked on; not stored.</summary>
    public void Begin()
    {
        record.State.State = _known.State = JobState.Running;
        if (Progress.Started is null)
        {
            Progress.Started = services.Time.GetUtcNow();
            Changed();
        }

        Log.Begun(services.Logger, services.Silo.SiloAddress.ToParsableString(), id);
    }

    /// <summary>Begins the coordinator's span; what is done for the job belongs to it from now on.</summary>
    public Activity? BeginTrace()
    {
        Activity? span = ClusterTraces.Begin(ClusterTraces.Job, id, record.State.Trace);
        Trace = span?.Id ?? record.State.Trace;
        return span;
    }

    /// <summary>Notes that the job waits until others have ended, or does not any more; not stored.</summary>
    public void Queue(bool waits) => record.State.State = _known.State = waits ? JobState.Queued : JobState.Running;

    /// <summary>Notes how the images lie in blocks, and how long strips are.</summary>
    public void Place(JobImages images, int stripImages)
    {
        Images = images;
        if (Progress.StripImages != stripImages)
        {
            Progress.StripImages = stripImages;
            Changed();
        }

        if (Progress.Hashes.Length != images.Blocks.Count)
        {
            Progress.Hashes = new string?[images.Blocks.Count];
        }
    }

    /// <summary>Voids everything that was computed: features have changed.</summary>
    public void BeginGeneration()
    {
        Progress.Generation++;
        Progress.Hashes = new string?[Progress.Hashes.Length];
        Progress.Stored.Clear();
        Changed();
    }

    /// <summary>Notes that <see cref="Progress"/> differs from what is stored.</summary>
    public void Changed() => _changed = true;

    /// <summary>Adds the time of a phase that is done, and stores progress.</summary>
    public async Task FinishPhaseAsync(JobPhase phase)
    {
        TimeSpan elapsed = Events.Elapsed;
        Progress.PhaseTimes[phase] = Progress.PhaseTimes.GetValueOrDefault(phase) + elapsed;
        services.Metrics.PhaseSeconds.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("phase", phase.ToString()));
        Changed();
        await SaveAsync();
    }

    /// <summary>Stores progress if it has changed; what cannot be stored now is stored later.</summary>
    /// <exception cref="NotCoordinatorException">Another activation has stored progress.</exception>
    public async Task SaveAsync()
    {
        if (!_changed)
        {
            return;
        }

        _changed = false;
        try
        {
            await progress.WriteStateAsync();
        }
        catch (InconsistentStateException error)
        {
            throw new NotCoordinatorException(id, error);
        }
        catch (Exception error) when (Transient.Is(error))
        {
            _changed = true;
            Log.NotSaved(services.Logger, id, error.Message);
        }
    }

    /// <summary>Stores how the job ended.</summary>
    /// <exception cref="NotCoordinatorException">Another activation has stored its end.</exception>
    public async Task EndAsync(JobState state, JobException? error)
    {
        (record.State.State, record.State.Error, record.State.ErrorKind, record.State.Ended) = (state, error?.Message, error?.Kind, services.Time.GetUtcNow());
        try
        {
            await record.WriteStateAsync();
        }
        catch (InconsistentStateException failure)
        {
            throw new NotCoordinatorException(id, failure);
        }

        _known = (state, error?.Message, error?.Kind);
        JobProgress? last = Events.Last?.Progress;
        Events.Add(last?.Phase ?? JobPhase.Check, last?.Done ?? 0, last?.Total ?? 0, state);
        Log.Ended(services.Logger, id, state, error?.Message);
    }

    private static ScoringJobSpec InThisCluster(ScoringJobSpec spec, string id, MuScOptions options) => spec with
    {
        Threads = options.Threads,
        MemoryBytes = null,
        Scratch = null,
        Resume = false,
        Device = spec.TokensFile is null ? spec.Device : "cpu",
        Output = spec.Output with { Folder = new JobFolder(options.ResultsRoot, id).Results, Force = true },
    };

    private string GalleryHash(int input) => (input < Gallery!.Rows.Count ? Gallery.Rows[input].Image : Gallery.References[input - Gallery.Rows.Count]).Sha256;

    private ScoringJobSpec Settings(IReadOnlyList<ImageFile> images) => Spec with { Images = images, References = [], TokenNames = null };

    private static partial class Log
    {
        [LoggerMessage(EventId = 110, Level = LogLevel.Information, Message = "Silo {Silo} coordinates job {Job}")]
        public static partial void Begun(ILogger logger, string silo, string job);

        [LoggerMessage(EventId = 111, Level = LogLevel.Warning, Message = "Job {Job}: progress was not stored: {Error}")]
        public static partial void NotSaved(ILogger logger, string job, string error);

        [LoggerMessage(EventId = 112, Level = LogLevel.Information, Message = "Job {Job} ended: {State} {Error}")]
        public static partial void Ended(ILogger logger, string job, JobState state, string? error);
    }
}

/// <summary>Another activation coordinates this job.</summary>
internal sealed class NotCoordinatorException(string job, Exception inner) : Exception($"Another activation coordinates the job {job}.", inner);
