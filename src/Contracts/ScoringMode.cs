namespace MuSc.Contracts;

/// <summary>Who scores an image.</summary>
public enum ScoringMode
{
    /// <summary>Every other image of the set, and every reference (docs/method.md, Mutual scoring and Variants).</summary>
    Mutual,

    /// <summary>The references alone, each patch by its minimum over them (MuSc+, paper Eq. 9–11).</summary>
    References,
}
