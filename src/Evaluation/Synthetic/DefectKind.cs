namespace MuSc.Evaluation.Synthetic;

/// <summary>What can be wrong with a part of the demonstration set.</summary>
public enum DefectKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A shallow groove across the surface.</summary>
    Scratch,

    /// <summary>A piece broken out of the rim.</summary>
    Chip,

    /// <summary>A dull, brownish blotch.</summary>
    Stain,

    /// <summary>A bolt hole that was not drilled.</summary>
    MissingHole,

    /// <summary>A dark, jagged line from a bolt hole outwards.</summary>
    Crack,
}
