namespace MuSc.Contracts;

/// <summary>
/// Sets of images that were sent to a service. A set may be used by many jobs, and is kept while one of them is; images of the same
/// bytes are stored once.
/// </summary>
public interface IImageSets
{
    /// <summary>Makes an empty set; the same call again is the same set.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="given">What its maker says of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: another set has that identifier.</exception>
    Task<bool> CreateSetAsync(string id, NewImageSet given, CancellationToken cancellationToken);

    /// <summary>Some sets, newest first.</summary>
    Task<IReadOnlyList<ImageSet>> ListSetsAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>One set.</summary>
    /// <exception cref="JobException"><see cref="JobErrorKind.NotFound"/>: there is none.</exception>
    Task<ImageSet> SetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Some images of a set, by name.</summary>
    /// <param name="id">The set.</param>
    /// <param name="after">Only those after this name; empty for all.</param>
    /// <param name="limit">How many at most, 1 … <see cref="JobQuery.MostAtOnce"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<SetImage>> SetImagesAsync(string id, string after, int limit, CancellationToken cancellationToken);

    /// <summary>Puts an image into a set, whole or not at all. The same bytes again change nothing.</summary>
    /// <param name="id">The set.</param>
    /// <param name="name">The image's name in the results (<see cref="PathRules.IsImageName"/>).</param>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="options">What is expected of them.</param>
    /// <param name="cancellationToken">Gives up; nothing of the image stays.</param>
    /// <exception cref="JobException">The set does not take it.</exception>
    Task<AddedImage> PutImageAsync(string id, string name, Stream bytes, PutOptions options, CancellationToken cancellationToken);

    /// <summary>Takes an image out of a set.</summary>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: a job that has not ended uses the set.</exception>
    Task DeleteImageAsync(string id, string name, CancellationToken cancellationToken);

    /// <summary>Deletes a set with its images.</summary>
    /// <exception cref="JobException"><see cref="JobErrorKind.Conflict"/>: a job that has not ended uses it.</exception>
    Task DeleteSetAsync(string id, CancellationToken cancellationToken);
}

/// <summary>What a set's maker says of it.</summary>
public sealed record NewImageSet
{
    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Who made it.</summary>
    public string? Owner { get; init; }

    /// <summary>What its maker wants to keep with it (<see cref="ScoringJobSpec.Metadata"/>).</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether it goes with the last job that uses it, rather than when somebody deletes it. The default is no.</summary>
    public bool WithJob { get; init; }
}

/// <summary>A set of images.</summary>
/// <param name="Id">The set.</param>
/// <param name="Given">What its maker says of it.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Bytes">Bytes of all of them.</param>
public sealed record ImageSet(string Id, NewImageSet Given, DateTimeOffset Created, int Images, long Bytes);

/// <summary>An image of a set.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits.</param>
public sealed record SetImage(string Name, long Bytes, string Sha256);

/// <summary>What is expected when an image is put into a set.</summary>
public sealed record PutOptions
{
    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits, where its sender knows it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether an image of that name with other bytes is replaced. The default is no.</summary>
    public bool Replace { get; init; }
}

/// <summary>What became of an image that was put into a set.</summary>
/// <param name="Image">The image.</param>
/// <param name="File">Where silos find it, for a specification; by HTTP without a path.</param>
/// <param name="IsNew">Whether the set did not have these bytes under that name.</param>
public sealed record AddedImage(SetImage Image, ImageFile File, bool IsNew);
