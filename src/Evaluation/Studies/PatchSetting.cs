using MuSc.Contracts;

namespace MuSc.Evaluation.Studies;

/// <summary>Everything on which patch scores depend, once the features are there.</summary>
/// <param name="Degrees">Aggregation degrees.</param>
/// <param name="Interval">Which distances count.</param>
/// <param name="Reduction">What becomes of them.</param>
/// <param name="Scorers">Who scores.</param>
public sealed record PatchSetting(IReadOnlyList<int> Degrees, IntervalRange Interval, Reduction Reduction, ScorerChoice Scorers)
{
    /// <inheritdoc/>
    public bool Equals(PatchSetting? other) => other is not null
        && Degrees.SequenceEqual(other.Degrees) && Interval == other.Interval && Reduction == other.Reduction && Scorers == other.Scorers;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Degrees.Count, Interval, Reduction, Scorers);
}
