using MuSc.Engine.Inputs;
using MuSc.Engine.Tiles;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>One job from its specification to its folder of results, phase by phase.</summary>
internal sealed class LocalRun(ScoringJobSpec spec, LocalScoringOptions options, RunProgress progress)
{
    private readonly DateTimeOffset _started = options.Time.GetUtcNow();

    /// <exception cref="JobException">The job cannot go on.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing half-written is left.</exception>
    public JobResults Run(CancellationToken cancellationToken)
    {
        using OutputFolder output = OutputFolder.Begin(spec.Output.Folder, spec.Output.Force);
        using WorkFolder work = WorkFolder.Begin(WorkFolder.PlaceOf(spec.Output.Folder, spec.Scratch), spec.Resume);
        ScoredImages scored = spec.TokensFile is null ? ScoreImages(work, cancellationToken) : ScoreTokens(work, cancellationToken);
        ResultWriters.Write(
            options.Writers, scored, output.Aside, units => progress.Begin(JobPhase.Write, units), count => progress.Advance(count), cancellationToken);

        // In this order: a run that is killed in between loses nothing.
        string folder = output.Complete();
        work.Complete();
        return new(scored.Lines, folder, progress.Times()) { Resumed = scored.Facts.Resumed };
    }

    private ScoredImages ScoreImages(WorkFolder work, CancellationToken cancellationToken)
    {
        ExtractionOptions extraction = new()
        {
            Size = spec.Size, Stages = spec.Stages, Threads = spec.Threads, Batch = spec.Batch, ApplyExif = spec.ApplyExif,
        };
        IReadOnlyList<CheckedImage> images;
        CheckedImage[] scored;
        JobPlan plan;
        RunFacts facts;
        ITokenSource tokens;
        ScoringSnapshots snapshots;
        int size;

        // First, so that a wrong name is reported before thousands of images are looked at.
        using (BackboneRun backbone = BackboneRun.Open(spec.Backbone, spec.Device, extraction, options.Extractor))
        {
            images = Check(cancellationToken);
            scored = [.. images.Take(spec.Images.Count).Where(image => image.Problem is null)];
            CheckedImage[] references = [.. images.Skip(spec.Images.Count).Where(image => image.Problem is null)];
            size = backbone.Size;
            FeatureShape shape = backbone.Extractor.Shape;
            ExtractionMemory.Check(spec, backbone.Info.Name);
            string settings = ExtractPhase.Settings(spec, backbone);
            (string Key, ImageFile File)[] keyed = [.. scored.Concat(references).Select(image => (ExtractPhase.Key(image, settings), image.File))];
            snapshots = Snapshots(work, keyed.Select(image => image.Key));
            plan = JobPlan.Of(spec, scored.Length, references.Length, shape, ScoringBudget.Of(spec), snapshots.Layout);
            int block = ExtractPhase.BlockImages(shape, spec.Threads, spec.Batch, ExtractionMemory.BlockBytes(spec));
            (tokens, ResumedWork resumed) = Extract(backbone, keyed, block, work, cancellationToken);
            facts = new(_started, backbone.Info, backbone.Extractor.Profile, block, resumed);
        }

        using (tokens)
        {
            ManagedHeap.Trim();
            return Score(tokens, plan, size, snapshots, facts, [.. images.Take(spec.Images.Count)], cancellationToken);
        }
    }

    private IReadOnlyList<CheckedImage> Check(CancellationToken cancellationToken)
    {
        progress.Begin(JobPhase.Check, spec.Images.Count + spec.References.Count);
        return ImageCheck.All(
            [.. spec.Images, .. spec.References], spec.ApplyExif, spec.SkipBad, spec.Threads, count => progress.Advance(count), cancellationToken);
    }

    private (ITokenSource Tokens, ResumedWork Resumed) Extract(
        BackboneRun backbone, (string Key, ImageFile File)[] images, int block, WorkFolder work, CancellationToken cancellationToken)
    {
        FeatureStore store = new(work.Features, backbone.Extractor.Shape);
        store.RemoveUnfinished();
        ExtractionRecord record = new(work.Features);
        IReadOnlyList<(string Key, ImageFile File)> missing = ExtractPhase.Missing(store, images, spec.Threads, cancellationToken);
        int reused = images.Length - missing.Count;
        progress.Begin(JobPhase.Extract, images.Length, reused);
        ExtractPhase.Run(
            backbone.Extractor, [.. missing.Select(image => image.File)], block, Begin, Keep, count => progress.Advance(count), cancellationToken);
        int again = missing.Count(image => record.Before.Contains(image.Key));
        return (store.Open([.. images.Select(image => image.Key)]), ResumedWork.None with { Features = reused, FeaturesAgain = again });

        void Begin(Range begun) => record.Begin(missing.Take(begun).Select(image => image.Key));

        void Keep(int first, FeatureBlock features)
        {
            for (int index = 0; index < features.Images; index++)
            {
                store.Write(missing[first + index].Key, features, index);
            }
        }
    }

    private ScoredImages ScoreTokens(WorkFolder work, CancellationToken cancellationToken)
    {
        using ITokenSource tokens = NpyTokenSource.Open(spec);
        int images = tokens.Images - spec.TokenReferences;
        int size = spec.Size ?? ScoringJobSpec.TokenPixels * tokens.Shape.Stages[0].Grid;
        FileInfo file = new(spec.TokensFile!);
        ScoringSnapshots snapshots = Snapshots(work, [$"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks} {string.Join(',', spec.Stages ?? [])}"]);
        JobPlan plan = JobPlan.Of(spec, images, spec.TokenReferences, tokens.Shape, ScoringBudget.Of(spec), snapshots.Layout);
        CheckedImage[] rows = [.. Enumerable.Range(0, images).Select(row => new CheckedImage(new(spec.TokenNames?[row] ?? $"{row}", string.Empty), 0, 0, string.Empty, null))];
        return Score(tokens, plan, size, snapshots, new(_started, null, null, 0, ResumedWork.None), rows, cancellationToken);
    }

    private ScoredImages Score(
        ITokenSource tokens, JobPlan plan, int size, ScoringSnapshots snapshots, RunFacts facts, CheckedImage[] images, CancellationToken cancellationToken)
    {
        (SetScores scores, ResumedPairs resumed) = ScorePhase.Run(tokens, spec, plan, size, snapshots, progress, cancellationToken);
        facts = facts with { Resumed = facts.Resumed with { Pairs = resumed } };
        return ScoredImages.Of(spec, facts, images, scores, tokens.Shape, size, plan.References, progress.Times) with { Plan = plan };
    }

    // All that the kept values depend on, in words.
    private ScoringSnapshots Snapshots(WorkFolder work, IEnumerable<string> features)
    {
        string method = $"{string.Join(',', spec.Degrees)}; {spec.Interval}; {spec.Reduction}; {spec.Mode}; {spec.References.Count + spec.TokenReferences}; "
            + $"{spec.Subsets} by {spec.Seed}";
        return new(work.Snapshots, string.Join('\n', features.Prepend(method)), options.Time);
    }
}
