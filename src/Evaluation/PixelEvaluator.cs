using System.Collections.Concurrent;
using MuSc.Evaluation.DataSets;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>
/// Pixel metrics of a category's anomaly maps, map by map. Masks are read once and kept, so that many kinds of maps can be compared.
/// Anomalous images without a mask are left out.
/// </summary>
/// <param name="category">The category.</param>
/// <param name="rule">Which pixels of a mask count as defect.</param>
/// <param name="threads">Threads, at least 1; never changes a result.</param>
public sealed class PixelEvaluator(DataSetCategory category, MaskRule rule, int threads)
{
    private const double ProLimit = 0.3;
    private const double SproLimit = 0.05;
    private readonly ConcurrentDictionary<(int Image, int Width, int Height), ImageTruth> _truths = [];

    /// <summary>Computes the metrics.</summary>
    /// <param name="maps">Gives the anomaly map of an image of the category; from any thread.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <returns>The pixel metrics, and the sPRO.</returns>
    public (PixelMetrics Pixel, double? Spro) Evaluate(Func<int, AnomalyImage> maps, CancellationToken cancellationToken)
    {
        if (!category.Test.Any(image => image.Masks.Count > 0))
        {
            return (new PixelMetrics(RankingMetrics.NotAvailable, null, null), null);
        }

        using TemporaryRunStore store = new();
        PixelAccumulator pixels = new(store);
        PixelAccumulator? saturated = category.Saturation is null ? null : new(store);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        FirstError.Of(() => Parallel.For(0, category.Test.Count, parallel, i =>
        {
            if (category.Test[i].PixelsAreKnown)
            {
                AnomalyImage map = maps(i);
                ImageTruth truth = Truth(i, map);
                pixels.Add(map.Scores, truth.Regions);
                saturated?.Add(map.Scores, PixelTruth.FromSaturatedRegions(map.Scores, truth.Annotated!));
            }
        }));
        return (
            pixels.Compute(ProLimit, threads, cancellationToken),
            saturated?.Compute(SproLimit, threads, cancellationToken).Pro);
    }

    private ImageTruth Truth(int image, AnomalyImage map) => _truths.GetOrAdd(
        (image, map.Width, map.Height),
        key => ImageTruth.Read(category.Test[key.Image], category.Saturation, rule, key.Width, key.Height));
}
