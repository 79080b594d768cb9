namespace MuSc.Contracts;

/// <summary>Where a cluster finds the images of a job by itself: a set that was sent to it, or a folder that its silos reach.</summary>
public sealed record ImageSource
{
    /// <summary>A set of images.</summary>
    public string? Set { get; init; }

    /// <summary>A folder, as silos see it.</summary>
    public string? Path { get; init; }

    /// <summary>Whether the folder is searched with its subfolders. The default is no.</summary>
    public bool Recursive { get; init; }
}
