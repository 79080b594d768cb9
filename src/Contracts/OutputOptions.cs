namespace MuSc.Contracts;

/// <summary>How anomaly maps are written.</summary>
public enum MapFormat
{
    /// <summary>One float32 TIFF an image.</summary>
    Tiff,

    /// <summary>One float32 NumPy array an image.</summary>
    Npy,

    /// <summary>None.</summary>
    None,
}

/// <summary>What a job writes, and where.</summary>
public sealed record OutputOptions
{
    /// <summary>The folder of results.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether an existing, non-empty folder may be replaced. The default is no.</summary>
    public bool Force { get; init; }

    /// <summary>How maps are written. The default is TIFF.</summary>
    public MapFormat Maps { get; init; } = MapFormat.Tiff;

    /// <summary>Whether heat maps over the images are written. The default is yes.</summary>
    public bool Overlays { get; init; } = true;

    /// <summary>Whether masks of the anomalous pixels are written. The default is yes.</summary>
    public bool Masks { get; init; } = true;

    /// <summary>Whether <c>report.html</c> is written. The default is yes.</summary>
    public bool Report { get; init; } = true;

    /// <summary>Whether <c>patch_scores.npy</c> is written; always so for jobs over given tokens. The default is no.</summary>
    public bool PatchScores { get; init; }
}
