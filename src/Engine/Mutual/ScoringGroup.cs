using MuSc.Contracts;

namespace MuSc.Engine.Mutual;

/// <summary>Images that score each other, and the references that score them too.</summary>
/// <param name="Images">Indices into the source: first those that are scored, then the references.</param>
/// <param name="Scored">How many are scored, n.</param>
/// <param name="Mode">Who scores.</param>
internal sealed record ScoringGroup(int[] Images, int Scored, ScoringMode Mode)
{
    /// <summary>References K.</summary>
    public int References => Images.Length - Scored;

    /// <summary>Values that each patch gets, M.</summary>
    public int Scorers => Mode == ScoringMode.Mutual ? Images.Length - 1 : References;

    /// <summary>The groups of a source.</summary>
    /// <exception cref="JobException">An image would have no scorer.</exception>
    public static IReadOnlyList<ScoringGroup> Of(int images, MutualScoringOptions options)
    {
        int[] references = [.. Enumerable.Range(images - options.References, options.References)];
        IReadOnlyList<int[]> subsets = SubsetSplit.Split(images - options.References, options.Subsets, options.Seed);
        ScoringGroup[] groups = [.. subsets.Select(subset => new ScoringGroup([.. subset, .. references], subset.Length, options.Mode))];
        foreach (ScoringGroup group in groups)
        {
            if (group.Scored == 0 || group.Scorers < 1)
            {
                throw new JobException(JobErrorKind.Input, Reason(group, groups.Length));
            }
        }

        return groups;
    }

    private static string Reason(ScoringGroup group, int groups) => group.Mode == ScoringMode.References
        ? "References alone shall score, but there are none."
        : groups > 1
            ? $"There are too few images for {groups} subsets: one of them has {group.Scored}, which nothing would score."
            : group.Scored == 0
                ? "There is no image to score."
                : "There is one image and no reference: nothing scores it. Give more images, or references known to be normal.";
}
