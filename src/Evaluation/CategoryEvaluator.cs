using System.Diagnostics;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Studies;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Scoring.Decisions;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>Evaluates one category: features once, then mutual scoring, metrics and ablations.</summary>
internal sealed class CategoryEvaluator(
    EvaluationSpec spec, DataSetCategory category, IReadOnlyList<Study> studies, IFeatureExtractor extractor, int size, ScoringDevice device,
    IProgress<JobProgress>? progress)
{
    // Bytes for the distances of the ablations.
    private const long UsualDistances = 1L << 30;

    private readonly PixelEvaluator _pixels = new(category, spec.EffectiveMaskRule, spec.Scoring.Threads);
    private readonly bool[] _labels = [.. category.Test.Select(image => image.Anomalous)];

    // What scoring and the ablations may take, once the features are in memory.
    private long? Memory => spec.Scoring.MemoryBytes - Environment.WorkingSet;

    public CategoryRun Run(CancellationToken cancellationToken)
    {
        int shots = spec.Shots.DefaultIfEmpty(0).Max();
        IReadOnlyList<ImageFile> references = ReferenceDraw.Draw(category.Train, shots, spec.Scoring.Seed, category.Name);
        using MemoryTokenSource tokens = Timed(
            () => new MemoryTokenSource(
                extractor.Shape, extractor.Extract([.. category.Test.Select(image => image.Image), .. references], progress, cancellationToken)),
            out TimeSpan extract);
        CategoryScores scores = Timed(() => Score(tokens, spec.Scoring, cancellationToken), out TimeSpan score);
        CategoryMetrics metrics = Timed(() => Measure(scores, tokens, cancellationToken)(spec.EffectiveWindows), out TimeSpan measure);
        CategoryDecision decision = Decide(scores, scores.After(tokens, spec.EffectiveWindows, spec.Scoring), cancellationToken);
        long bytes = sizeof(float) * (tokens.Shape.Stages.Sum(stage => (long)stage.Length) + tokens.Shape.ClassChannels);
        using Process program = Process.GetCurrentProcess();
        long peak = program.PeakWorkingSet64;
        return new CategoryRun(
            category.Name, _labels.Length, metrics, decision, extract, score, measure, bytes, peak, studies.Count == 0 ? [] : Study(tokens, cancellationToken))
        {
            Methods = spec.Studies.Contains(StudyCatalogue.Methods) ? Compare(tokens, cancellationToken) : [],
        };
    }

    private static T Timed<T>(Func<T> work, out TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        time = Stopwatch.GetElapsedTime(start);
        return result;
    }

    private CategoryScores Score(MemoryTokenSource tokens, ScoringJobSpec scoring, CancellationToken cancellationToken)
    {
        FeatureShape shape = tokens.Shape;
        int patches = shape.Stages[0].Patches;
        double[] scores = new double[_labels.Length * patches];
        IReadOnlyList<int[]> subsets = CategorySplit.Of(category, spec.Scoring.Subsets, spec.Split, spec.Scoring.Seed);
        // One after the other, so that each is a set by itself.
        ScoringJobSpec job = scoring with { Subsets = 1 };
        MutualScoringOptions options = JobPlan.Options(job, references: 0) with { Kernel = device.Kernel };
        if (Memory is { } memory)
        {
            options = options with { Layout = JobPlan.Of(job, subsets.Max(subset => subset.Length), 0, shape, memory).Layout };
        }

        PhaseProgress done = new(progress, JobPhase.Score, subsets.Sum(subset => MutualScorer.CountPairs(subset.Length, shape.Stages.Count, options)));
        foreach (int[] subset in subsets)
        {
            using TokenView view = new(tokens, subset);
            double[] part = MutualScorer.Score(view, options, done, cancellationToken);
            done.Before += MutualScorer.CountPairs(subset.Length, shape.Stages.Count, options);
            for (int place = 0; place < subset.Length; place++)
            {
                part.AsSpan(place * patches, patches).CopyTo(scores.AsSpan(subset[place] * patches));
            }
        }

        return CategoryScores.Of(scores, shape.Stages[0].Grid, size);
    }

    // The metrics by RsCIN's windows, on which those of pixels do not depend.
    private Func<IReadOnlyList<int>, CategoryMetrics> Measure(CategoryScores scores, MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        (PixelMetrics pixel, double? spro) = _pixels.Evaluate(scores.Map, cancellationToken);
        return windows => new(
            ImageMetrics.Compute(scores.After(tokens, windows, spec.Scoring), _labels), ImageMetrics.Compute(scores.Before, _labels), pixel, spro);
    }

    private CategoryDecision Decide(CategoryScores scores, double[] after, CancellationToken cancellationToken)
    {
        DecisionRule rule = DecisionRule.Of(scores.Before, after, spec.Scoring.Decision);
        bool[] flagged = [.. scores.Before.Zip(after, rule.IsAnomalous)];
        double[] deciding = spec.Scoring.Decision.DecideBy == DecidingScore.Peak ? scores.Before : after;
        return new(
            rule.Set.State,
            DecisionMetrics.Of(flagged, _labels),
            ImageMetrics.Compute(deciding, _labels).F1Max,
            DecisionMetrics.Best(deciding, _labels, metrics => metrics.BalancedAccuracy).Metrics.BalancedAccuracy,
            _pixels.Decided(scores.Map, image => flagged[image] ? rule.MaskLevel(scores.Before[image]) : null, cancellationToken));
    }

    // Each way to aggregate is scored once, on the same features.
    private List<MethodRow> Compare(MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        List<MethodRow> rows = [];
        foreach (IGrouping<Aggregation, ComparedMethod> ways in ComparedMethod.All.GroupBy(method => method.Aggregation))
        {
            CategoryScores scores = Timed(() => Score(tokens, spec.Scoring with { Aggregation = ways.Key }, cancellationToken), out TimeSpan time);
            double? pixels = _pixels.Evaluate(scores.Map, cancellationToken).Pixel.Ranking.Auroc;
            rows.AddRange(ways.Select(method =>
            {
                IReadOnlyList<int> windows = spec.Windows ?? ScoringMethod.UsualWindows(method.Rescoring);
                ScoringJobSpec job = spec.Scoring with { Aggregation = ways.Key, Rescoring = method.Rescoring };
                return new MethodRow(
                    method.Name, ImageMetrics.Compute(scores.Before, _labels).Auroc, ImageMetrics.Compute(scores.After(tokens, windows, job), _labels).Auroc, pixels, time);
            }));
        }

        return rows;
    }

    private IReadOnlyList<IReadOnlyList<CategoryMetrics>> Study(MemoryTokenSource tokens, CancellationToken cancellationToken)
    {
        PatchSetting[] settings = [.. studies.SelectMany(study => study.Settings).Select(setting => setting.Patch).Distinct()];
        using WorkerThreads workers = new(spec.Scoring.Threads);
        DistanceStudy distances = new(
            tokens, _labels.Length, settings, subsets => CategorySplit.Of(category, subsets, spec.Split, spec.Scoring.Seed), workers,
            Math.Min(Memory ?? UsualDistances, UsualDistances));
        PhaseProgress done = new(progress, JobPhase.Score, distances.Steps);
        double[][] patches = distances.Score(done.Add, cancellationToken);
        Dictionary<PatchSetting, Func<IReadOnlyList<int>, CategoryMetrics>> metrics = settings.Zip(patches).ToDictionary(
            scored => scored.First,
            scored => Measure(CategoryScores.Of(scored.Second, tokens.Shape.Stages[0].Grid, size), tokens, cancellationToken));
        return [.. studies.Select(study => study.Settings.Select(setting => metrics[setting.Patch](setting.Windows)).ToArray())];
    }
}

/// <summary>One category's evaluation.</summary>
/// <param name="Category">Its name.</param>
/// <param name="Images">Test images N.</param>
/// <param name="Metrics">The metrics.</param>
/// <param name="Decision">How often what was decided without labels is right; null for scores from elsewhere.</param>
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
    CategoryDecision? Decision,
    TimeSpan Extract,
    TimeSpan Score,
    TimeSpan Measure,
    long TokenBytes,
    long PeakBytes,
    IReadOnlyList<IReadOnlyList<CategoryMetrics>> Studies)
{
    /// <summary>The methods side by side, where that was asked for.</summary>
    public IReadOnlyList<MethodRow> Methods { get; init; } = [];
}

/// <summary>All metrics of one category (docs/method.md, Metrics), each 0 … 1, or null where it has no meaning.</summary>
/// <param name="Image">Of the image scores after RsCIN.</param>
/// <param name="ImageBefore">Of the image scores before RsCIN.</param>
/// <param name="Pixel">Of the anomaly maps.</param>
/// <param name="Spro">Saturated PRO up to a false-positive rate of 0.05; only in MVTec LOCO AD.</param>
public sealed record CategoryMetrics(RankingMetrics Image, RankingMetrics ImageBefore, PixelMetrics Pixel, double? Spro);

/// <summary>How often what was decided without labels is right.</summary>
/// <param name="State">Whether, and how, the set was decided.</param>
/// <param name="Images">Of the images.</param>
/// <param name="BestF1">The best F1 that any threshold has.</param>
/// <param name="BestBalancedAccuracy">The best balanced accuracy that any threshold has.</param>
/// <param name="Pixels">Of the pixels of the masks.</param>
public sealed record CategoryDecision(DecisionState State, DecisionMetrics Images, double? BestF1, double? BestBalancedAccuracy, DecisionMetrics Pixels);

/// <summary>Extracts the features of a set.</summary>
internal static class Extraction
{
    private const int BlockImages = 16;

    /// <summary>Extracts the images of a set, block by block.</summary>
    public static IEnumerable<FeatureBlock> Extract(
        this IFeatureExtractor extractor, IReadOnlyList<ImageFile> images, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        PhaseProgress done = new(progress, JobPhase.Extract, images.Count);
        return images.Chunk(BlockImages).Select(block => extractor.Extract(block, done.Add, cancellationToken));
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
