using MuSc.Engine.Galleries;
using MuSc.Engine.Tiles;

namespace MuSc.Grains.Jobs;

/// <summary>A job's usable images in the order of its blocks: subset by subset, references last.</summary>
internal sealed class JobImages
{
    // A fraction of the set, so that there are enough tiles to share, and not so small that messages outweigh the work.
    private const int WantedBlocks = 24;
    private const int LargestBlock = 16;

    private JobImages(int[] usable, ImageOrder order)
    {
        Order = order;
        Inputs = [.. order.Images.Select(image => usable[image])];
        Rows = [.. order.Images.Take(order.Blocks.Where(block => !block.Reference).Sum(block => block.Count))];
    }

    /// <summary>The order of the usable images and their blocks.</summary>
    public ImageOrder Order { get; }

    /// <summary>For each position the image's place among all images of the job, references last.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>For each position of a scored image its row among the usable images in the order of the specification.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>The blocks over the positions.</summary>
    public IReadOnlyList<ImageBlock> Blocks => Order.Blocks;

    /// <summary>Lays the images out.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="checks">What the check gave for each image, references last.</param>
    /// <param name="patches">Patches P of an image.</param>
    /// <param name="gallery">How they and the job's gallery come together; null where it has none.</param>
    /// <exception cref="JobException">There is nothing to score.</exception>
    public static JobImages Of(ScoringJobSpec spec, IReadOnlyList<ImageCheckMessage> checks, int patches, GalleryPlan? gallery = null)
    {
        if (gallery is not null)
        {
            (int rows, int others) = (gallery.Rows.Count, gallery.References.Count);
            return new(
                [.. Enumerable.Range(0, rows + others)],
                ImageOrder.Of(rows, others, 1, 0, BlockImages(spec, rows + others, patches), spec.WhoMeets, gallery.Known));
        }

        int firstReference = checks.Count - spec.References.Count - spec.TokenReferences;
        int[] usable = [.. Enumerable.Range(0, checks.Count).Where(image => checks[image].Reason is null)];
        int[] scored = [.. usable.Where(image => image < firstReference)];
        int[] references = [.. usable.Where(image => image >= firstReference)];
        if (scored.Length == 0)
        {
            throw new JobException(JobErrorKind.Input, "No image of the job can be used.");
        }

        ImageOrder order = ImageOrder.Of(scored.Length, references.Length, spec.Subsets, spec.Seed, BlockImages(spec, scored.Length, patches), spec.Mode, ring: ScorerRing.Of(scored.Length, spec.Scorers));
        return new([.. scored, .. references], order);
    }

    private static int BlockImages(ScoringJobSpec spec, int images, int patches)
    {
        int fitting = Math.Max(1, (int)Math.Sqrt(MessageSize.Limit / (sizeof(float) * (double)patches)));
        return Math.Min(fitting, spec.BlockImages ?? Math.Clamp((images + WantedBlocks - 1) / WantedBlocks, 1, LargestBlock));
    }
}
