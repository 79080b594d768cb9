namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>How many directions the two screens of a map use.</summary>
/// <param name="Coarse">Directions of the first screen, which rules out blocks; 0 leaves it out.</param>
/// <param name="Fine">Directions of the second screen, which rules out single pairs; at least 1.</param>
/// <param name="RestShare">
/// How much of ρ_x·ρ_y the bounds add: 1 is the most that the rests can add, so that nothing is ever missed.
/// </param>
internal readonly record struct ScreenLevels(int Coarse, int Fine, double RestShare = 1)
{
    /// <summary>
    /// For <see cref="KernelPrecision.Reduced"/>: rests of some hundred directions that have nothing to do with each other add
    /// about ρ_x·ρ_y / √(C − k), less than a tenth; a third is several times that.
    /// </summary>
    public const double LikelyRestShare = 1.0 / 3;

    /// <summary>No more directions are worth while, whatever the map.</summary>
    public static int Most(int channels) => Math.Min(96, channels / 2 / 8 * 8);
}
