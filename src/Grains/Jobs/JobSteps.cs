using System.Diagnostics;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Engine.Plan;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Grains.Compute;
using MuSc.Grains.Features;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>The phases of a job: check, extract, score, write. A phase that is done is not done again by another activation.</summary>
internal sealed class JobSteps(JobData job, JobServices services)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly JobProfile _profile = new(job, services);
    private ExtractStep? _extract;
    private ScoreStep? _score;

    /// <summary>Something has been extracted.</summary>
    public void Wake() => _extract?.Wake();

    /// <summary>A silo does not compute in the job's numeric profile.</summary>
    public void Refused(string silo)
    {
        _profile.Refuse(silo);
        Wake();
    }

    /// <summary>A silo could not extract a block: another one is asked where there is one.</summary>
    public void Failed(ExtractionMessage extraction)
    {
        if (extraction.RefusedBy is { } silo && _profile.HasOthers(silo))
        {
            _profile.Refuse(silo);
            _extract?.Move(extraction.Block);
        }
    }

    /// <summary>Takes in what a worker has done and gives it more.</summary>
    public WorkReply Take(WorkRequest request) =>
        job.HasEnded ? new(0, [], Ended: true) : _score?.Take(request) ?? new(job.Progress.Generation, [], Ended: false);

    /// <summary>An owner has stored a block.</summary>
    public void Stored(int generation, int block)
    {
        if (generation == job.Progress.Generation && !job.HasEnded && job.Progress.Stored.Add(block))
        {
            job.Changed();
            _score?.Stored(block);
        }
    }

    /// <summary>Does what is left of the job, phase by phase.</summary>
    /// <param name="accept">Takes in an extractor's answer.</param>
    /// <param name="cancellationToken">Stops between calls.</param>
    public async Task RunAsync(Action<ExtractionMessage> accept, CancellationToken cancellationToken)
    {
        ScoringJobValidation.Check(job.Spec);
        await CheckAsync(cancellationToken);
        JobSource source = await services.Pool.RunAsync(Lane.Messages, job.Id, () => JobSource.Open(job.Spec), cancellationToken);
        await JoinAsync(source, cancellationToken);
        JobImages images = JobImages.Of(job.Spec, job.Progress.Checks, source.Grid * source.Grid, job.Gallery);
        SiloPlaces places = await SiloPlaces.FindAsync(services);
        int maps = source.Stages * job.Spec.MapsPerStage;
        job.Place(images, await AdmitAsync(places, images.Order, maps, source.Grid * source.Grid, cancellationToken));
        await job.SaveAsync();
        places.Plan = new(maps, images.Blocks, job.Spec.WhoMeets, job.Progress.StripImages, ScorerRing.Of(images.Rows.Count, job.Spec.Scorers));
        await ExtractAsync(places, accept, cancellationToken);
        await ScoreAsync(places, cancellationToken);
        await WriteAsync(source, places.Plan.ImagePairs, cancellationToken);
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (job.Progress.Checks.Length > 0)
        {
            return;
        }

        using Activity? span = ClusterTraces.Begin("check", job.Id);
        int all = job.Spec.Images.Count + job.Spec.References.Count;
        int done = 0;
        job.Events.Add(JobPhase.Check, 0, all, JobState.Running);
        job.Progress.Checks = job.Spec.TokensFile is null
            ? await CheckStep.RunAsync(
                job.Id, job.Spec, services, count => job.Events.Add(JobPhase.Check, done += count, all, JobState.Running), cancellationToken)
            : await services.Pool.RunAsync(Lane.Checks, job.Id, () => TokenFile.Check(job.Spec), cancellationToken);
        await job.FinishPhaseAsync(JobPhase.Check);
    }

    private async Task JoinAsync(JobSource source, CancellationToken cancellationToken)
    {
        if (job.Spec.Gallery is not null)
        {
            JobGallery gallery = new(services.Options.ResultsRoot, job.Id, job.Spec);
            CheckedImage[] usable = [.. job.Listed.Where(image => image.Problem is null)];
            (GalleryPlan plan, string? profile) = await services.Pool.RunAsync(
                Lane.Checks, job.Id, () => gallery.Begin(source.Backbone!, source.Size, usable, services.Time.GetUtcNow()), cancellationToken);
            job.Join(plan, profile);
        }
    }

    // How long strips are, so that the kept values of all jobs lie inside what scoring silos have for them; the job waits until they do.
    private async Task<int> AdmitAsync(SiloPlaces places, ImageOrder order, int maps, int patches, CancellationToken cancellationToken)
    {
        if (job.Progress.StripImages > 0)
        {
            return job.Progress.StripImages;
        }

        (int images, long bytes) = new OwnerMemory(places.Silos, places.KeptBytes, new LedgerOptions().PassesInFlight).Strips(order, maps, job.Spec, patches);
        while (!await services.Index.AdmitAsync(job.Id, bytes, places.KeptBytes))
        {
            job.Queue(true);
            job.Events.Add(JobPhase.Extract, 0, order.Blocks.Count, JobState.Queued);
            await Task.Delay(Beat, services.Time, cancellationToken);
        }

        job.Queue(false);
        return images;
    }

    private async Task ExtractAsync(SiloPlaces places, Action<ExtractionMessage> accept, CancellationToken cancellationToken)
    {
        string?[] hashes = job.Progress.Hashes;
        if (Array.Exists(hashes, hash => hash is null))
        {
            using Activity? span = ClusterTraces.Begin("extract", job.Id);
            int generation = job.Progress.Generation;
            job.Events.Add(JobPhase.Extract, 0, hashes.Length, JobState.Running);
            _profile.Choose();
            _extract = new(job.Id, generation, services, places, _profile);
            await _extract.RunAsync(hashes, block => job.Request(generation, block)!, accept, SaveAsync, cancellationToken);
            _extract = null;
            await job.FinishPhaseAsync(JobPhase.Extract);
        }

        Task SaveAsync()
        {
            job.Events.Add(JobPhase.Extract, hashes.Count(hash => hash is not null), hashes.Length, JobState.Running, _profile.Missing());
            return job.SaveAsync();
        }
    }

    private async Task ScoreAsync(SiloPlaces places, CancellationToken cancellationToken)
    {
        using Activity? span = ClusterTraces.Begin("score", job.Id);
        ScoreStep score = new(job.Id, job.Layout!, job.Progress.Stored, services, places);
        _score = score;
        try
        {
            await score.RunAsync(ReportAsync, cancellationToken);
        }
        finally
        {
            _score = null;
        }

        await job.FinishPhaseAsync(JobPhase.Score);

        Task ReportAsync()
        {
            job.Events.Add(JobPhase.Score, score.Done, score.Plan.ImagePairs, JobState.Running, _profile.Missing());
            return job.SaveAsync();
        }
    }

    private async Task WriteAsync(JobSource source, long pairs, CancellationToken cancellationToken)
    {
        using Activity? span = ClusterTraces.Begin("write", job.Id);
        job.Events.Add(JobPhase.Write, 0, 1, JobState.Running);
        ResultAssembly assembly = new(
            job.Spec, job.Listed, job.Images!, job.Progress, source, job.Submitted, job.Folder,
            job.Gallery is null ? null : new(services.Options.ResultsRoot, job.Id, job.Spec), job.Gallery, pairs);
        Task writing = services.Pool.RunAsync(Lane.Work, job.Id, () => assembly.Write(cancellationToken), cancellationToken);
        while (await Task.WhenAny(writing, Task.Delay(Beat, services.Time, CancellationToken.None)) != writing)
        {
            job.Events.Add(JobPhase.Write, assembly.Written, assembly.Total, JobState.Running);
        }

        await writing;
        job.Events.Add(JobPhase.Write, 1, 1, JobState.Running);
        await job.FinishPhaseAsync(JobPhase.Write);
    }
}

/// <summary>Where a job's features come from, which the coordinator opens itself.</summary>
/// <param name="Backbone">The network, or null where tokens were given.</param>
/// <param name="Stages">Stages that are used, L.</param>
/// <param name="Grid">Patches along one side, G.</param>
/// <param name="Size">Side of an anomaly map in pixels, S.</param>
internal sealed record JobSource(BackboneInfo? Backbone, int Stages, int Grid, int Size)
{
    /// <exception cref="JobException">The backbone or the file of tokens cannot be used.</exception>
    public static JobSource Open(ScoringJobSpec spec)
    {
        if (spec.TokensFile is null)
        {
            (BackboneInfo info, int size) = BackboneRun.Describe(spec.Backbone, spec.Size, spec.Stages);
            return new(info, spec.Stages?.Count ?? info.Stages, size / info.Patch, size);
        }

        using ITokenSource tokens = NpyTokenSource.Open(spec);
        int grid = tokens.Shape.Stages[0].Grid;
        return new(null, tokens.Shape.Stages.Count, grid, spec.Size ?? ScoringJobSpec.TokenPixels * grid);
    }
}
