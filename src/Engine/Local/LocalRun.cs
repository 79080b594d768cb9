using MuSc.Engine.Files;
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

    /// <exception cref="JobException">The job cannot go on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing half-written is left.</exception>
    public JobResults Run()
    {
        using OutputFolder output = OutputFolder.Begin(spec.Output.Folder, spec.Output.Force);
        using WorkFolder work = WorkFolder.Begin(WorkFolder.PlaceOf(spec.Output.Folder, spec.Scratch), spec.Resume);
        TokenSet set = spec.TokensFile is null ? Extract(work) : Open(work);
        ScoredImages scored;
        using (set.Tokens)
        {
            JobMemory.TrimHeap();
            scored = Score(set);
        }

        ResultWriters.Write(options.Writers ?? ResultWriters.All, scored, output.Aside, units => progress.Begin(JobPhase.Write, units), progress.Advance, cancellationToken);

        // In this order: a run that is killed in between loses nothing.
        string folder = output.Complete();
        work.Complete();
        return new(scored.Lines, folder, progress.Times()) { Resumed = scored.Facts.Resumed, Decision = scored.Decision.Set };
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
        ScoringSnapshots snapshots = Snapshots(work, usable.Select(image => image.Key));
        JobMemory.CheckLoaded(spec, backbone.Info.Name);
        FeatureShape shape = backbone.Extractor.Shape;
        JobPlan plan = JobPlan.Of(spec, usable.Length - references, references, shape, JobMemory.ScoringBytes(spec), snapshots.Layout);
        int block = ExtractPhase.BlockImages(shape, spec.Threads, spec.Batch, JobMemory.BlockBytes(spec));
        (ITokenSource tokens, ResumedWork resumed) = ExtractPhase.Run(
            backbone.Extractor, usable, block, work.Features, spec.Threads, progress, cancellationToken);
        return new(tokens, plan, backbone.Size, snapshots, [.. images.Take(spec.Images.Count)], backbone.Info, backbone.Extractor.Profile, block, resumed);
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

    private ScoredImages Score(TokenSet set)
    {
        (ITokenSource tokens, JobPlan plan) = (set.Tokens, set.Plan);
        ResumedPairs resumed = ResumedWork.None.Pairs;
        MutualScoringOptions how = JobPlan.Options(spec, plan.References) with { Layout = plan.Layout, Snapshots = set.Snapshots, Resumed = Begin };
        double[] averages = MutualScorer.Score(tokens, how, progress, cancellationToken);
        RunFacts facts = new(_started, set.Backbone, set.Profile, set.ExtractionBlock, set.Resumed with { Pairs = resumed });
        SetScores scores = SetScores.Of(
            averages, spec, tokens.Shape.Stages[0].Grid, set.Size, patchScores => Compared(tokens, plan, patchScores), cancellationToken);
        return new(spec, facts, set.Images, scores, tokens.Shape, set.Size, plan.References, progress.Times, plan);

        void Begin(ResumedPairs before)
        {
            resumed = before;
            progress.Begin(JobPhase.Score, plan.Pairs, before.TakenOver);
        }
    }

    // [N × C] What images are compared by; empty where there is nothing.
    private float[] Compared(ITokenSource tokens, JobPlan plan, double[] patchScores)
    {
        switch (spec.Rescoring)
        {
            case Rescoring.Salient:
                return SalientFeatures.Of(tokens, Neighbourhood.OfSalient(spec.Aggregation, spec.Degrees), patchScores, spec.Threads, cancellationToken);
            case Rescoring.Class:
                int channels = tokens.Shape.ClassChannels;
                float[] classTokens = new float[(long)plan.Images * channels];
                for (int image = 0; image < plan.Images && channels > 0; image++)
                {
                    tokens.ReadClassToken(image, classTokens.AsSpan(image * channels, channels));
                }

                return classTokens;
            default:
                return [];
        }
    }

    // All that the kept values depend on, in words.
    private ScoringSnapshots Snapshots(WorkFolder work, IEnumerable<string> features)
    {
        string method = $"{spec.Aggregation} {string.Join(',', spec.Degrees)}; {spec.Interval}{(spec.CheckRepeats ? " and repeats" : "")}; {spec.Reduction}; {spec.Mode}; {spec.References.Count + spec.TokenReferences}; "
            + $"{spec.Subsets} by {spec.Seed}";
        return new(work.Snapshots, string.Join('\n', features.Prepend(method)), options.Time);
    }

    // What is scored, once all tokens are there.
    private sealed record TokenSet(
        ITokenSource Tokens, JobPlan Plan, int Size, ScoringSnapshots Snapshots, IReadOnlyList<CheckedImage> Images,
        BackboneInfo? Backbone, string? Profile, int ExtractionBlock, ResumedWork Resumed);
}
