namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>How many directions the two screens of a map use.</summary>
/// <param name="Coarse">Directions of the first screen, which rules out blocks; 0 leaves it out.</param>
/// <param name="Fine">Directions of the second screen, which rules out single pairs; at least 1.</param>
internal readonly record struct ScreenLevels(int Coarse, int Fine)
{
    /// <summary>No more directions are worth while, whatever the map.</summary>
    public static int Most(int channels) => Math.Min(96, channels / 2 / 8 * 8);
}
