namespace MuSc.Scoring.Decisions;

/// <summary>Which pixels of an image are anomalous.</summary>
public static class AnomalyMask
{
    /// <summary>Marks the pixels of a map that are at or above a level.</summary>
    /// <param name="map">[S × S] the anomaly map.</param>
    /// <param name="level">The least score, compared in float64.</param>
    /// <param name="mask">[S × S]; overwritten.</param>
    /// <returns>Pixels that are marked.</returns>
    public static int Above(ReadOnlySpan<float> map, double level, Span<bool> mask)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask.Length, map.Length, nameof(mask));
        int marked = 0;
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            mask[pixel] = map[pixel] >= level;
            marked += mask[pixel] ? 1 : 0;
        }

        return marked;
    }
}
