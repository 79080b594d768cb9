namespace MuSc.Engine.Ledger;

/// <summary>Consecutive images of a job: the unit of ownership and of movement (docs/architecture.md, The cluster).</summary>
/// <param name="First">Position of the first image in the job's order.</param>
/// <param name="Count">Images, at least 1.</param>
/// <param name="Subset">The subset that is scored apart from the others; references belong to all.</param>
/// <param name="Reference">Whether the images only score and are not scored.</param>
public readonly record struct ImageBlock(int First, int Count, int Subset = 0, bool Reference = false)
{
    /// <summary>Cuts <paramref name="images"/> images into blocks of at most <paramref name="size"/>.</summary>
    /// <param name="first">Position of the first image.</param>
    /// <param name="images">Images in all.</param>
    /// <param name="size">Images in a block, at least 1.</param>
    /// <param name="subset">The subset they belong to.</param>
    /// <param name="reference">Whether they are references.</param>
    public static IEnumerable<ImageBlock> Cut(int first, int images, int size, int subset = 0, bool reference = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        for (int done = 0; done < images; done += size)
        {
            yield return new(first + done, Math.Min(size, images - done), subset, reference);
        }
    }
}
