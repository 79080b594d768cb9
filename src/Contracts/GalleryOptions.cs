namespace MuSc.Contracts;

/// <summary>A gallery (docs/galleries.md): images of earlier jobs against which a job's images are scored.</summary>
/// <param name="Place">Its folder; in a cluster its identifier.</param>
public sealed record GalleryOptions(string Place)
{
    /// <summary>Images that a gallery has at most.</summary>
    public const int MostImages = 1 << 16;

    /// <summary>Whether the job's images are scored against the gallery without joining it. The default is no: they join it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How many images the gallery keeps, the newest; the others leave before the job's images are scored. The default is all.</summary>
    public int? Size { get; init; }
}

/// <summary>What a job did with its gallery.</summary>
/// <param name="Place">The gallery.</param>
/// <param name="Images">Images that it has now.</param>
/// <param name="Added">How many of them the job added.</param>
/// <param name="Left">How many left it.</param>
/// <param name="Pairs">Image pairs that were worked out, over all maps.</param>
/// <param name="AllPairs">Image pairs that scoring all of these images without a gallery would have worked out.</param>
public sealed record GalleryChange(string Place, int Images, int Added, int Left, long Pairs, long AllPairs);
