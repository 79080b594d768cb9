using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>How a patch comes from its distances on a map to a score: which of the sorted values count, and what becomes of them.</summary>
/// <param name="First">First kept position among the sorted values.</param>
/// <param name="End">End of the kept positions, exclusive; so many of the best values are kept.</param>
/// <param name="Reduction">What becomes of the kept values.</param>
public sealed record KeptValues(int First, int End, Reduction Reduction)
{
    /// <summary>What is kept of <paramref name="scorers"/> values, at least 1: the interval, or the minimum where references alone score.</summary>
    public static KeptValues Of(ScoringMode mode, IntervalRange interval, Reduction reduction, int scorers)
    {
        (int first, int end) = mode == ScoringMode.References ? (0, 1) : interval.Positions(scorers);
        return new(first, end, mode == ScoringMode.References ? Reduction.Min : reduction);
    }

    /// <summary>Floats that hold the kept values of one image, with room for those to come.</summary>
    /// <param name="patches">P.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    public int Floats(int patches, int scorers) => checked(patches * ScorerSelection.Capacity(End, scorers));

    /// <summary>Bytes of that, with the counts and floors beside it.</summary>
    public long Bytes(int patches, int scorers) => (Floats(patches, scorers) + (2L * patches)) * sizeof(float);
}
