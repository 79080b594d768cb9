namespace MuSc.Grains;

/// <summary>What a silo may be for.</summary>
public static class SiloRoles
{
    /// <summary>Decodes images and runs backbones.</summary>
    public const string Extract = "extract";

    /// <summary>Scores tiles and owns blocks.</summary>
    public const string Score = "score";

    /// <summary>Coordinates jobs.</summary>
    public const string Coordinate = "coordinate";

    /// <summary>Takes connections of clients.</summary>
    public const string Gateway = "gateway";

    /// <summary>Has a graphics processor; follows from the device, not set by hand.</summary>
    public const string Gpu = "gpu";

    /// <summary>Those that can be set.</summary>
    public static IReadOnlyList<string> All { get; } = [Extract, Score, Coordinate, Gateway];
}
