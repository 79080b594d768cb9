namespace MuSc.Scoring.Lnamd;

/// <summary>
/// Local neighbourhood aggregation with one degree (SPEC 3; paper, Eq. 1–2): turns one image's stage into a map of unit
/// tokens. Stages of another grid or width than the first (Swin) are brought to the map's shape (SPEC 8).
/// </summary>
public static class Lnamd
{
    /// <summary>LayerNorm, r × r mean, then L2 normalisation of every patch.</summary>
    /// <param name="stage">[G·G × C] row-major, without class position, finite.</param>
    /// <param name="grid">G of the stage.</param>
    /// <param name="channels">C of the stage.</param>
    /// <param name="degree">Aggregation degree r, odd, at least 1.</param>
    /// <param name="mapGrid">G of the map: the first stage's.</param>
    /// <param name="mapChannels">C of the map: the first stage's.</param>
    /// <param name="map">[P × C] of the map; overwritten with rows of unit norm, or zero where the aggregate is zero.</param>
    /// <exception cref="ArgumentException">A length, the degree or a shape does not fit.</exception>
    public static void Aggregate(
        ReadOnlySpan<float> stage, int grid, int channels, int degree, int mapGrid, int mapChannels, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(stage.Length, grid * grid * channels, nameof(stage));
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, mapGrid * mapGrid * mapChannels, nameof(map));
        if (degree < 1 || degree % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, "An aggregation degree is odd: 1, 3, 5, …");
        }

        if (grid == mapGrid && channels == mapChannels)
        {
            Average(stage, grid, channels, degree, map);
        }
        else
        {
            float[] averaged = new float[stage.Length];
            Average(stage, grid, channels, degree, averaged);
            StageMatch.Resample(averaged, grid, channels, mapGrid, mapChannels, map);
        }

        UnitNorm.Rows(map, mapChannels);
    }

    private static void Average(ReadOnlySpan<float> stage, int grid, int channels, int degree, Span<float> result)
    {
        (float mean, float scale) = LayerNormalization.Moments(stage);
        if (degree == 1)
        {
            Normalize(stage, mean, scale, result);
            return;
        }

        // Centred first: the padding is zero after normalisation, not before. The scale comes last, it commutes.
        BoxMean.Apply(stage, grid, channels, degree, mean, scale, result);
    }

    private static void Normalize(ReadOnlySpan<float> values, float mean, float scale, Span<float> normalized)
    {
        for (int at = 0; at < values.Length; at++)
        {
            normalized[at] = (values[at] - mean) * scale;
        }
    }
}
