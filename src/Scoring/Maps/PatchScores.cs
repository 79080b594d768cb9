namespace MuSc.Scoring.Maps;

/// <summary>The mean of a patch's scores over all maps, accumulated in float64 in the order of the maps (SPEC 4).</summary>
public static class PatchScores
{
    /// <summary>Adds one map's scores to the running sums.</summary>
    /// <param name="sums">[P], zero before the first map.</param>
    /// <param name="mapScores">[P] of one map.</param>
    public static void Add(Span<double> sums, ReadOnlySpan<double> mapScores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mapScores.Length, sums.Length, nameof(mapScores));
        for (int patch = 0; patch < sums.Length; patch++)
        {
            sums[patch] += mapScores[patch];
        }
    }

    /// <summary>Turns the sums over <paramref name="maps"/> maps into means.</summary>
    /// <param name="sums">[P].</param>
    /// <param name="maps">How many maps were added, at least 1.</param>
    public static void Average(Span<double> sums, int maps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maps, 1);
        for (int patch = 0; patch < sums.Length; patch++)
        {
            sums[patch] /= maps;
        }
    }
}
