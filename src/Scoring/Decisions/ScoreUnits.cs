namespace MuSc.Scoring.Decisions;

/// <summary>Scores as integers in units of 2⁻²⁰, so that a decision is the same whatever the order in which scores are met (docs/decisions.md).</summary>
public static class ScoreUnits
{
    /// <summary>Units in a score of 1.</summary>
    public const double PerOne = 1 << 20;

    /// <summary>⌊score · 2²⁰⌋; the product is exact.</summary>
    /// <param name="score">Finite, at least 0.</param>
    public static long Of(double score) => (long)Math.Floor(score * PerOne);

    /// <summary>The least units that are at or above a threshold.</summary>
    /// <param name="threshold">Finite, at least 0.</param>
    public static long AtOrAbove(double threshold) => (long)Math.Ceiling(threshold * PerOne);

    /// <summary>The score of so many units, exact below 2⁵³.</summary>
    public static double ToScore(long units) => units / PerOne;

    /// <summary>The maximum of the float32 anomaly map, from that of the map before it is rounded.</summary>
    /// <param name="score">Image score in float64, before rescoring.</param>
    public static double Peak(double score) => (float)score;
}
