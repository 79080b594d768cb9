using MuSc.Contracts;

namespace MuSc.Evaluation.Studies;

/// <summary>Who scores an image.</summary>
/// <param name="Subsets">Into how many subsets the set is split; only the image's own scores it.</param>
/// <param name="Shots">How many references K score it too.</param>
/// <param name="Mode">Whether the other images score at all.</param>
public readonly record struct ScorerChoice(int Subsets, int Shots, ScoringMode Mode)
{
    /// <summary>Every other image.</summary>
    public static ScorerChoice Everybody { get; } = new(1, 0, ScoringMode.Mutual);
}
