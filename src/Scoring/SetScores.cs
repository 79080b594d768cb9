using MuSc.Scoring.Decisions;

namespace MuSc.Scoring;

/// <summary>Image scores of a set.</summary>
/// <param name="PatchScores">[N × P].</param>
/// <param name="Before">[N] before RsCIN.</param>
/// <param name="After">[N] after it; the same where there are no class tokens or no windows.</param>
public sealed record SetScores(double[] PatchScores, double[] Before, double[] After)
{
    /// <summary>Images that may show a defect that many show; null where that was not asked.</summary>
    public RepeatCheck? Repeats { get; init; }

    /// <summary>From patch scores to image scores.</summary>
    /// <param name="averages">[N × averages × G·G] one score a patch, or two where repeated defects are looked for.</param>
    /// <param name="job">How scores are smoothed, and on how many threads.</param>
    /// <param name="grid">Patches along one side, G.</param>
    /// <param name="size">Side of an anomaly map in pixels, S.</param>
    /// <param name="rescore">Makes of [N × G·G] patch scores and [N] image scores the scores after rescoring.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static SetScores Of(
        double[] averages, ScoringJobSpec job, int grid, int size, Func<double[], double[], double[]> rescore, CancellationToken cancellationToken)
    {
        (double[] nearest, double[] later) = job.CheckRepeats ? RepeatCheck.Split(averages, grid * grid) : (averages, []);
        double[] before = Peaks(nearest, grid, size, job.Threads, cancellationToken);
        return new(nearest, before, rescore(nearest, before))
        {
            Repeats = job.CheckRepeats ? RepeatCheck.Of(later, before, Peaks(later, grid, size, job.Threads, cancellationToken)) : null,
        };
    }

    // [N] The maxima of anomaly maps.
    private static double[] Peaks(double[] patchScores, int grid, int size, int threads, CancellationToken cancellationToken)
    {
        int patches = grid * grid;
        double[] peaks = new double[patchScores.Length / patches];
        Parallel.For(
            0, peaks.Length, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
            image => peaks[image] = ImageScore.Max(patchScores.AsSpan(image * patches, patches), grid, size));
        return peaks;
    }

    /// <summary>Image scores after RsCIN (docs/method.md, Rescoring); the same without class tokens or windows.</summary>
    /// <param name="before">[N].</param>
    /// <param name="classTokens">[N × D], or empty where there are none.</param>
    /// <param name="windows">RsCIN's windows.</param>
    public static double[] Rescored(double[] before, float[] classTokens, IReadOnlyList<int> windows)
    {
        double[] after = [.. before];
        if (classTokens.Length > 0 && windows.Count > 0)
        {
            RsCin.Rescore(before, classTokens, classTokens.Length / before.Length, windows, after);
        }

        return after;
    }

    /// <summary>1 for the most anomalous image; equal scores in the order of the images.</summary>
    /// <param name="scores">[N].</param>
    public static int[] Ranks(double[] scores)
    {
        int[] ranks = new int[scores.Length];
        foreach ((int before, int image) in Enumerable.Range(0, ranks.Length).OrderByDescending(image => scores[image]).Index())
        {
            ranks[image] = before + 1;
        }

        return ranks;
    }
}
