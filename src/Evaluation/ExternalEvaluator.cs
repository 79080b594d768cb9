using MuSc.Contracts;
using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>Evaluates scores and maps that some program wrote for a benchmark.</summary>
public static class ExternalEvaluator
{
    /// <summary>Evaluates them.</summary>
    /// <param name="spec">The benchmark; what concerns scoring does not matter.</param>
    /// <param name="scoresPath">The table of image scores.</param>
    /// <param name="mapsFolder">The folder of maps, or null for image metrics alone.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <exception cref="JobException">The benchmark, a score or a map is absent or cannot be used.</exception>
    public static EvaluationResult Run(EvaluationSpec spec, string scoresPath, string? mapsFolder, CancellationToken cancellationToken)
    {
        ExternalScores scores = ExternalScores.Read(scoresPath);
        ExternalMaps? maps = mapsFolder is null ? null
            : Directory.Exists(mapsFolder) ? new ExternalMaps(mapsFolder)
            : throw new JobException(JobErrorKind.Input, $"{mapsFolder}: there is no such folder.");
        try
        {
            IReadOnlyList<DataSetCategory> categories = DataSet.Open(spec.Root, spec.Layout, spec.Categories);
            CategoryRun[] runs = [.. categories.Select(category => Evaluate(spec, category, categories.Count == 1, scores, maps, cancellationToken))];
            return new EvaluationResult(spec, null, null, runs, []);
        }
        catch (ImageFileException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
    }

    private static CategoryRun Evaluate(
        EvaluationSpec spec, DataSetCategory category, bool alone, ExternalScores scores, ExternalMaps? maps, CancellationToken cancellationToken)
    {
        RankingMetrics image = ImageMetrics.Compute(
            [.. category.Test.Select(test => scores[scores.Find(category, test, alone)])], [.. category.Test.Select(test => test.Anomalous)]);
        (PixelMetrics pixel, double? spro) = maps is null
            ? (new PixelMetrics(RankingMetrics.NotAvailable, null, null), null)
            : new PixelEvaluator(category, spec.EffectiveMaskRule, spec.Threads).Evaluate(i => maps.Read(category, category.Test[i], alone), cancellationToken);
        CategoryMetrics metrics = new(image, image, pixel, spro);
        return new CategoryRun(category.Name, category.Test.Count, metrics, default, default, default, 0, 0, []);
    }
}
