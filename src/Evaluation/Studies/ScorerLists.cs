using MuSc.Contracts;

namespace MuSc.Evaluation.Studies;

/// <summary>Lists who scores an image.</summary>
/// <param name="images">Images in all, references included; they come last.</param>
/// <param name="scored">Images that are scored, N.</param>
/// <param name="split">Gives the subsets of N images for a number of subsets.</param>
internal sealed class ScorerLists(int images, int scored, Func<int, IReadOnlyList<int[]>> split)
{
    /// <summary>For each scored image, the images that score it.</summary>
    /// <exception cref="JobException">An image has no scorer, or there are too few references.</exception>
    public int[][] Of(ScorerChoice choice)
    {
        if (choice.Shots > images - scored)
        {
            throw new JobException(
                JobErrorKind.Input, $"{choice.Shots} references are asked for, but there are {images - scored} normal training images.");
        }

        int[] references = [.. Enumerable.Range(scored, choice.Shots)];
        int[][] lists = new int[scored][];
        foreach (int[] subset in choice.Mode == ScoringMode.Mutual ? split(choice.Subsets) : [.. Enumerable.Range(0, scored).Select(image => new[] { image })])
        {
            foreach (int image in subset)
            {
                lists[image] = [.. subset.Where(other => other != image), .. references];
            }
        }

        return Array.TrueForAll(lists, list => list.Length > 0)
            ? lists
            : throw new JobException(JobErrorKind.Input, $"{scored} images in {choice.Subsets} subsets leave an image that nothing scores.");
    }
}
