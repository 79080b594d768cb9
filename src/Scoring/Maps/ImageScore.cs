namespace MuSc.Scoring.Maps;

/// <summary>One score for an image (SPEC 5).</summary>
public static class ImageScore
{
    /// <summary>The largest value of the S × S anomaly map, in float64, without keeping the map.</summary>
    /// <param name="patchScores">[G·G] row-major.</param>
    /// <param name="grid">G.</param>
    /// <param name="size">S, at least 1.</param>
    public static double Max(ReadOnlySpan<double> patchScores, int grid, int size)
    {
        double[] line = new double[size];
        double best = double.NegativeInfinity;
        for (int row = 0; row < size; row++)
        {
            AnomalyMap.Line(patchScores, grid, size, row, line);
            foreach (double value in line)
            {
                best = Math.Max(best, value);
            }
        }

        return best;
    }
}
