namespace MuSc.Scoring.Decisions;

/// <summary>Scores as integers in units of 2⁻²⁰, so that a decision is the same whatever the order in which scores are met (docs/decisions.md).</summary>
public static class ScoreUnits
{
    /// <summary>Units in a score of 1.</summary>
    public const double PerOne = 1 << 20;

    /// <summary>⌊score · 2²⁰⌋; the product is exact.</summary>
    /// <param name="score">Finite.</param>
    public static long Of(double score) => (long)Math.Floor(score * PerOne);

    /// <summary>The multiset of a set's scores: the same in whatever parts and order they come.</summary>
    /// <param name="scores">[N] finite.</param>
    /// <returns>[N] in units, ascending.</returns>
    /// <exception cref="ArgumentException">A score is not finite; its place is named.</exception>
    public static long[] Ascending(ReadOnlySpan<double> scores)
    {
        long[] units = new long[scores.Length];
        for (int image = 0; image < scores.Length; image++)
        {
            units[image] = double.IsFinite(scores[image])
                ? Of(scores[image])
                : throw new ArgumentException($"The score of image {image + 1} is {scores[image]}; scores are finite numbers.", nameof(scores));
        }

        Array.Sort(units);
        return units;
    }

    /// <summary>The least units that are at or above a threshold.</summary>
    /// <param name="threshold">Finite, at least 0.</param>
    public static long AtOrAbove(double threshold) => (long)Math.Ceiling(threshold * PerOne);

    /// <summary>The score of so many units, exact below 2⁵³.</summary>
    public static double ToScore(long units) => units / PerOne;

    /// <summary>The maximum of the float32 anomaly map, from that of the map before it is rounded.</summary>
    /// <param name="score">Image score in float64, before rescoring.</param>
    public static double Peak(double score) => (float)score;
}
