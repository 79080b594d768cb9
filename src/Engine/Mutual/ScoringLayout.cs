namespace MuSc.Engine.Mutual;

/// <summary>What mutual scoring holds in memory at the same time, in images. It never changes a result.</summary>
/// <param name="BlockImages">Images of a block; two blocks make a tile, the unit of work. At least 1.</param>
/// <param name="ResidentImages">Images whose packed tokens of a map stay in memory while all others stream past. At least 1.</param>
/// <param name="StripImages">Images whose lowest values are collected at the same time; others' are collected in further passes. At least 1.</param>
public sealed record ScoringLayout(int BlockImages, int ResidentImages, int StripImages)
{
    /// <summary>Everything at once, with blocks of eight images.</summary>
    public static ScoringLayout Everything { get; } = new(8, int.MaxValue, int.MaxValue);
}
