using MuSc.Engine.Files;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Scoring;

namespace MuSc.Engine.Local;

/// <summary>One job from its specification to its folder of results, phase by phase.</summary>
internal sealed class LocalRun(ScoringJobSpec spec, LocalScoringOptions options, RunProgress progress, CancellationToken cancellationToken)
{
    private readonly DateTimeOffset _started = options.Time.GetUtcNow();
    private readonly LocalGallery? _gallery = spec.Gallery is { } gallery ? new(gallery, spec) : null;

    /// <exception cref="JobException">The job cannot go on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing half-written is left.</exception>
    public JobResults Run()
    {
        using OutputFolder output = OutputFolder.Begin(spec.Output.Folder, spec.Output.Force);
        using WorkFolder work = WorkFolder.Begin(WorkFolder.PlaceOf(spec.Output.Folder, spec.Scratch), spec.Resume);
        using IDisposable? taken = _gallery?.Take();
        using ScoringDevice device = ScoringDevice.Open(spec.Device);
        TokenSet set = spec.TokensFile is null ? Extract(work) : Open(work);
        ScoredImages scored;
        using (set.Tokens)
        {
            JobMemory.TrimHeap();
            scored = Score(set, device);
        }

        ResultWriters.Write(options.Writers ?? ResultWriters.All, scored, output.Aside, units => progress.Begin(JobPhase.Write, units), progress.Advance, cancellationToken);

        // In this order: a run that is killed in between loses nothing.
        _gallery?.Complete(scored);
        string folder = output.Complete();
        work.Complete();
        return new(scored.Lines, folder, progress.Times()) { Resumed = scored.Facts.Resumed, Decision = scored.Decision.Set, Gallery = scored.Gallery };
    }

    private TokenSet Extract(WorkFolder work)
    {
        // First, so that a wrong name is reported before thousands of images are looked at.
        using BackboneRun backbone = BackboneRun.Open(spec, spec.Threads, options.Extractor);
        progress.Begin(JobPhase.Check, spec.Images.Count + spec.References.Count);
        IReadOnlyList<CheckedImage> images = ImageCheck.All(
            [.. spec.Images, .. spec.References], spec.ApplyExif, spec.SkipBad, spec.Threads, progress.Advance, cancellationToken);
        string settings = ExtractPhase.Settings(spec, backbone);
        (string Key, ImageFile File)[] usable =
            [.. images.Where(image => image.Problem is null).Select(image => (ExtractPhase.Key(image, settings), image.File))];
        int references = images.Skip(spec.Images.Count).Count(image => image.Problem is null);
        ScoringSnapshots? snapshots = _gallery is null ? Snapshots(work, usable.Select(image => image.Key)) : null;
        JobMemory.CheckLoaded(spec, backbone.Info.Name);
        FeatureShape shape = backbone.Extractor.Shape;
        GalleryPlan? together = _gallery?.Join(backbone, [.. images.Where(image => image.Problem is null)], options.Time.GetUtcNow());
        JobPlan plan = JobPlan.Of(
            spec, together?.Rows.Count ?? (usable.Length - references), together?.References.Count ?? references, shape, JobMemory.ScoringBytes(spec),
            snapshots?.Layout, together?.Known);
        int block = ExtractPhase.BlockImages(shape, spec.Threads, spec.Batch, JobMemory.BlockBytes(spec));
        (ITokenSource tokens, ResumedWork resumed) = ExtractPhase.Run(
            backbone.Extractor, usable, block, work.Features, spec.Threads, progress, cancellationToken);
        IEnumerable<CheckedImage> listed = images.Take(spec.Images.Count);
        if (_gallery is not null)
        {
            tokens = _gallery.Tokens(tokens, work.Features, usable);
            listed = _gallery.Plan.Listed(listed);
        }

        return new(tokens, plan, backbone.Size, snapshots, [.. listed], backbone.Info, backbone.Extractor.Profile, block, resumed);
    }

    private TokenSet Open(WorkFolder work)
    {
        ITokenSource tokens = NpyTokenSource.Open(spec);
        try
        {
            int images = tokens.Images - spec.TokenReferences;
            int size = spec.Size ?? ScoringJobSpec.TokenPixels * tokens.Shape.Stages[0].Grid;
            FileInfo file = new(spec.TokensFile!);
            ScoringSnapshots snapshots = Snapshots(work, [$"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks} {string.Join(',', spec.Stages ?? [])}"]);
            JobPlan plan = JobPlan.Of(spec, images, spec.TokenReferences, tokens.Shape, JobMemory.ScoringBytes(spec), snapshots.Layout);
            IEnumerable<ImageFile> rows = Enumerable.Range(0, images).Select(row => new ImageFile(spec.TokenNames?[row] ?? $"{row}", string.Empty));
            CheckedImage[] checks = [.. rows.Select(row => new CheckedImage(row, 0, 0, string.Empty, null))];
            return new(tokens, plan, size, snapshots, checks, null, null, 0, ResumedWork.None);
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    private ScoredImages Score(TokenSet set, ScoringDevice device)
    {
        (ITokenSource tokens, JobPlan plan) = (set.Tokens, set.Plan);
        ResumedPairs resumed = ResumedWork.None.Pairs;
        MutualScoringOptions how = JobPlan.Options(spec, plan.References) with
        {
            Layout = plan.Layout, Kernel = device.Kernel, Snapshots = set.Snapshots, Resumed = Begin, Known = _gallery?.Plan.Known ?? [], Distances = _gallery?.Distances,
        };
        double[] averages = MutualScorer.Score(tokens, how, progress, cancellationToken);
        RunFacts facts = new(_started, set.Backbone, set.Profile, set.ExtractionBlock, set.Resumed with { Pairs = resumed });
        SetScores scores = SetScores.Of(
            averages, spec, tokens.Shape.Stages[0].Grid, set.Size,
            (patchScores, before) => Rescored(before, ComparedFeatures.Of(tokens, spec, patchScores, cancellationToken)), cancellationToken);
        ScoringJobSpec decided = _gallery is null ? spec : spec with { Decision = _gallery.Decision };
        return new(decided, facts, set.Images, scores, tokens.Shape, set.Size, plan.References, progress.Times, plan) { Gallery = _gallery?.Plan.Change(spec.Gallery!.Place, plan.Maps, plan.Pairs) };

        double[] Rescored(double[] before, float[] compared) => _gallery is { Plan.References: { Count: > 0 } gallery }
            ? GalleryScores.Rescored(before, compared, gallery, _gallery.Compared(tokens, cancellationToken), spec.SmoothingWindows)
            : SetScores.Rescored(before, compared, spec.SmoothingWindows);

        void Begin(ResumedPairs before)
        {
            resumed = before;
            progress.Begin(JobPhase.Score, plan.Pairs, before.TakenOver);
        }
    }

    // All that the kept values depend on, in words.
    private ScoringSnapshots Snapshots(WorkFolder work, IEnumerable<string> features)
    {
        string method = $"{spec.Aggregation} {string.Join(',', spec.Degrees)}; {spec.Interval}{(spec.CheckRepeats ? " and repeats" : "")}; {spec.Reduction}; {spec.Mode}; {spec.References.Count + spec.TokenReferences}; "
            + $"{spec.Subsets} by {spec.Seed}; {spec.Scorers}";
        return new(work.Snapshots, string.Join('\n', features.Prepend(method)), options.Time);
    }

    // What is scored, once all tokens are there.
    private sealed record TokenSet(
        ITokenSource Tokens, JobPlan Plan, int Size, ScoringSnapshots? Snapshots, IReadOnlyList<CheckedImage> Images,
        BackboneInfo? Backbone, string? Profile, int ExtractionBlock, ResumedWork Resumed);
}
