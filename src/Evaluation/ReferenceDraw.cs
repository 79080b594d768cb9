using MuSc.Contracts;
using MuSc.Engine.Mutual;

namespace MuSc.Evaluation;

/// <summary>Draws references from a category's normal training images (docs/method.md, Variants; paper, A.6.1).</summary>
internal static class ReferenceDraw
{
    /// <summary>Draws without replacement; fewer references are the first of more, so that shots of one seed are nested.</summary>
    /// <param name="train">The training images.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="category">Named where there are too few.</param>
    /// <exception cref="JobException">There are fewer training images.</exception>
    public static IReadOnlyList<ImageFile> Draw(IReadOnlyList<ImageFile> train, int count, int seed, string category) => count <= train.Count
        ? [.. SubsetSplit.Shuffle(train.Count, seed).Take(count).Select(image => train[image])]
        : throw new JobException(
            JobErrorKind.Input, $"{category}: {count} references are asked for, but there are only {train.Count} normal training images.");
}
