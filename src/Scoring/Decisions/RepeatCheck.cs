namespace MuSc.Scoring.Decisions;

/// <summary>
/// Which images may show a defect that many images show: look-alikes among the nearest hide it, and an average that passes over them lets
/// the image rise in the ranking (docs/decisions.md). Nothing is excluded by itself: people look.
/// </summary>
/// <param name="PatchScores">[N × P] by the later distances.</param>
/// <param name="Rising">Images that rise, in the order of the set.</param>
/// <param name="RankCorrelation">Spearman's, of the two rankings by peaks.</param>
public sealed record RepeatCheck(double[] PatchScores, IReadOnlyList<int> Rising, double RankCorrelation)
{
    /// <summary>Compares the two rankings of a set.</summary>
    /// <param name="patchScores">[N × P] by the later distances.</param>
    /// <param name="before">[N] image scores before rescoring, by the nearest.</param>
    /// <param name="later">[N] the same by the later distances.</param>
    public static RepeatCheck Of(double[] patchScores, ReadOnlySpan<double> before, ReadOnlySpan<double> later)
    {
        int[] ranks = Ascending(before), laterRanks = Ascending(later);
        double squares = 0;
        List<int> rising = [];
        for (int image = 0; image < ranks.Length; image++)
        {
            long rise = laterRanks[image] - ranks[image];
            squares += rise * rise;
            if (4 * rise > ranks.Length)
            {
                rising.Add(image);
            }
        }

        double images = ranks.Length;
        return new(patchScores, rising, images > 1 ? 1 - (6 * squares / (images * ((images * images) - 1))) : 1);
    }

    /// <summary>Takes both scores of every patch apart.</summary>
    /// <param name="averages">[N × 2 × P].</param>
    /// <param name="patches">P.</param>
    /// <returns>[N × P] each.</returns>
    public static (double[] Nearest, double[] Later) Split(double[] averages, int patches)
    {
        double[] nearest = new double[averages.Length / 2], later = new double[averages.Length / 2];
        for (int image = 0; image * patches < nearest.Length; image++)
        {
            averages.AsSpan(2 * image * patches, patches).CopyTo(nearest.AsSpan(image * patches));
            averages.AsSpan(((2 * image) + 1) * patches, patches).CopyTo(later.AsSpan(image * patches));
        }

        return (nearest, later);
    }

    // Places in ascending order of the peaks, equal ones in the order of the images.
    private static int[] Ascending(ReadOnlySpan<double> scores)
    {
        double[] peaks = new double[scores.Length];
        for (int image = 0; image < peaks.Length; image++)
        {
            peaks[image] = ScoreUnits.Peak(scores[image]);
        }

        int[] ranks = new int[peaks.Length];
        foreach ((int rank, int image) in Enumerable.Range(0, peaks.Length).OrderBy(image => peaks[image]).Index())
        {
            ranks[image] = rank;
        }

        return ranks;
    }
}
