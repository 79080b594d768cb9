using MuSc.Engine.Mutual;

namespace MuSc.Engine.Results;

/// <summary>What a run took over from an earlier one that was cut off, and what of it had to be done again.</summary>
/// <param name="Features">Images whose features were there.</param>
/// <param name="FeaturesAgain">Images that the earlier run had begun to extract, whose features were not there.</param>
/// <param name="Pairs">Image pairs.</param>
public sealed record ResumedWork(int Features, int FeaturesAgain, ResumedPairs Pairs)
{
    /// <summary>Nothing: there was no earlier run.</summary>
    public static ResumedWork None { get; } = new(0, 0, new(0, 0, 0, 0));
}
