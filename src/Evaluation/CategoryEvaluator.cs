using System.Diagnostics;
using MuSc.Engine.Tiles;
using MuSc.Engine.Plan;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Studies;
using MuSc.Features;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>Evaluates one category: features once, then mutual scoring, metrics and ablations.</summary>
internal sealed class CategoryEvaluator(
    EvaluationSpec spec, DataSetCategory category, IReadOnlyList<Study> studies, IFeatureExtractor extractor, int size, IProgress<JobProgress>? progress)
{
    private readonly PixelEvaluator _pixels = new(category, spec.EffectiveMaskRule, spec.Threads);
    private readonly bool[] _labels = [.. category.Test.Select(image => image.Anomalous)];

    public CategoryRun Run(CancellationToken cancellationToken)
    {
        int shots = spec.Shots.DefaultIfEmpty(0).Max();
        IReadOnlyList<ImageFile> references = ReferenceDraw.Draw(category.Train, shots, spec.Seed, category.Name);
        using MemoryTokenSource tokens = Timed(
            () => TokenExtraction.Run(extractor, [.. category.Test.Select(image => image.Image), .. references], progress, cancellationToken),
            out TimeSpan extract);
        CategoryScores scores = Timed(() => Score(tokens, cancellationToken), out TimeSpan score);
        CategoryMetrics metrics = Timed(() => Measure(scores, tokens, cancellationToken), out TimeSpan measure);
        long bytes = sizeof(float) * (tokens.Shape.Stages.Sum(stage => (long)stage.Length) + tokens.Shape.ClassChannels);
        using Process program = Process.GetCurrentProcess();
        long peak = program.PeakWorkingSet64;
        return new CategoryRun(
            category.Name, _labels.Length, metrics, extract, score, measure, bytes, peak, studies.Count == 0 ? [] : Study(tokens, cancellationToken));
    }

    private static T Timed<T>(Func<T> work, out TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        time = Stopwatch.GetElapsedTime(start);
        return result;
    }

    private CategoryScores Score(MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        int patches = tokens.Shape.Stages[0].Patches;
        double[] scores = new double[_labels.Length * patches];
        IReadOnlyList<int[]> subsets = CategorySplit.Of(category, spec.Subsets, spec.Split, spec.Seed);
        MutualScoringOptions options = new()
        {
            Degrees = spec.Degrees, Interval = spec.Interval, Reduction = spec.Reduction, Threads = spec.Threads,
            Layout = EvaluationMemory.Layout(spec, subsets.Max(subset => subset.Length), tokens.Shape),
        };
        PhaseProgress done = new(progress, JobPhase.Score, subsets.Sum(subset => MutualScorer.CountPairs(subset.Length, tokens.Shape.Stages.Count, options)));
        long before = 0;
        foreach (int[] subset in subsets)
        {
            using TokenView view = new(tokens, subset);
            long offset = before;
            double[] part = MutualScorer.Score(view, options, new Relay(pairs => done.Report(offset + pairs)), cancellationToken);
            before += MutualScorer.CountPairs(subset.Length, tokens.Shape.Stages.Count, options);
            for (int place = 0; place < subset.Length; place++)
            {
                part.AsSpan(place * patches, patches).CopyTo(scores.AsSpan(subset[place] * patches));
            }
        }

        return CategoryScores.Of(scores, tokens.Shape.Stages[0].Grid, size);
    }

    private CategoryMetrics Measure(CategoryScores scores, MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        (PixelMetrics pixel, double? spro) = _pixels.Evaluate(scores.Map, cancellationToken);
        return Combine(scores, tokens, spec.EffectiveWindows, pixel, spro);
    }

    private CategoryMetrics Combine(CategoryScores scores, MemoryTokenSource tokens, IReadOnlyList<int> windows, PixelMetrics pixel, double? spro) => new(
        ImageMetrics.Compute(scores.After(tokens, windows), _labels), ImageMetrics.Compute(scores.Before, _labels), pixel, spro);

    private IReadOnlyList<IReadOnlyList<CategoryMetrics>> Study(MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        PatchSetting[] settings = [.. studies.SelectMany(study => study.Settings).Select(setting => setting.Patch).Distinct()];
        using WorkerThreads workers = new(spec.Threads);
        DistanceStudy distances = new(
            tokens, _labels.Length, settings, subsets => CategorySplit.Of(category, subsets, spec.Split, spec.Seed), workers,
            EvaluationMemory.DistanceBytes(spec));
        PhaseProgress done = new(progress, JobPhase.Score, distances.Steps);
        double[][] patches = distances.Score(done.Add, cancellationToken);

        Dictionary<PatchSetting, (CategoryScores Scores, PixelMetrics Pixel, double? Spro)> measured = [];
        for (int at = 0; at < settings.Length; at++)
        {
            CategoryScores scores = CategoryScores.Of(patches[at], tokens.Shape.Stages[0].Grid, size);
            (PixelMetrics pixel, double? spro) = _pixels.Evaluate(scores.Map, cancellationToken);
            measured.Add(settings[at], (scores, pixel, spro));
        }

        return [.. studies.Select(study => study.Settings.Select(setting =>
        {
            (CategoryScores scores, PixelMetrics pixel, double? spro) = measured[setting.Patch];
            return Combine(scores, tokens, setting.Windows, pixel, spro);
        }).ToArray())];
    }

    private sealed class Relay(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}

/// <summary>One category's evaluation.</summary>
/// <param name="Category">Its name.</param>
/// <param name="Images">Test images N.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="Extract">Time to decode the images and run the backbone.</param>
/// <param name="Score">Time of mutual scoring, maps and RsCIN.</param>
/// <param name="Measure">Time of reading masks and computing the metrics.</param>
/// <param name="TokenBytes">Bytes that the features of one image take.</param>
/// <param name="PeakBytes">The most memory that the program has held so far.</param>
/// <param name="Studies">The ablations' rows, in the order of <see cref="EvaluationSpec.Studies"/> and their settings.</param>
public sealed record CategoryRun(
    string Category,
    int Images,
    CategoryMetrics Metrics,
    TimeSpan Extract,
    TimeSpan Score,
    TimeSpan Measure,
    long TokenBytes,
    long PeakBytes,
    IReadOnlyList<IReadOnlyList<CategoryMetrics>> Studies);

/// <summary>All metrics of one category (docs/method.md, Metrics), each 0 … 1, or null where it has no meaning.</summary>
/// <param name="Image">Of the image scores after RsCIN.</param>
/// <param name="ImageBefore">Of the image scores before RsCIN.</param>
/// <param name="Pixel">Of the anomaly maps.</param>
/// <param name="Spro">Saturated PRO up to a false-positive rate of 0.05; only in MVTec LOCO AD.</param>
public sealed record CategoryMetrics(RankingMetrics Image, RankingMetrics ImageBefore, PixelMetrics Pixel, double? Spro);

/// <summary>What scoring and the ablations of a category may take, once its features are in memory.</summary>
internal static class EvaluationMemory
{
    private const long UsualDistances = 1L << 30;

    /// <summary>What mutual scoring holds at the same time.</summary>
    /// <param name="spec">The evaluation.</param>
    /// <param name="images">Images that score each other.</param>
    /// <param name="shape">What one image has.</param>
    /// <exception cref="JobException">The memory does not suffice.</exception>
    public static ScoringLayout Layout(EvaluationSpec spec, int images, FeatureShape shape)
    {
        if (spec.MemoryBytes is not { } memory)
        {
            return ScoringLayout.Everything;
        }

        ScoringJobSpec job = new() { Degrees = spec.Degrees, Interval = spec.Interval, Threads = spec.Threads, Output = new() { Folder = "." } };
        return JobPlan.Of(job, images, 0, shape, Left(memory)).Layout;
    }

    /// <summary>Bytes for the distances of the ablations.</summary>
    public static long DistanceBytes(EvaluationSpec spec) => spec.MemoryBytes is { } memory ? Math.Min(Left(memory), UsualDistances) : UsualDistances;

    private static long Left(long memory) => memory - Environment.WorkingSet;
}

/// <summary>Extracts a category's features once, whatever is then done with them.</summary>
internal static class TokenExtraction
{
    private const int BlockImages = 16;

    /// <summary>Extracts all images into memory.</summary>
    public static MemoryTokenSource Run(
        IFeatureExtractor extractor, IReadOnlyList<ImageFile> images, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        PhaseProgress done = new(progress, JobPhase.Extract, images.Count);
        return new MemoryTokenSource(
            extractor.Shape, images.Chunk(BlockImages).Select(block => extractor.Extract(block, done.Add, cancellationToken)));
    }
}

/// <summary>Some images of a token source, in any order; the source stays its owner's.</summary>
/// <param name="source">All images.</param>
/// <param name="images">Indices into it.</param>
internal sealed class TokenView(ITokenSource source, IReadOnlyList<int> images) : ITokenSource
{
    public int Images => images.Count;

    public FeatureShape Shape => source.Shape;

    public void ReadStage(int stage, int image, Span<float> tokens) => source.ReadStage(stage, images[image], tokens);

    public void ReadClassToken(int image, Span<float> token) => source.ReadClassToken(images[image], token);

    public void Dispose()
    {
    }
}
