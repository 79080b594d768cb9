using System.Text.Json.Serialization;

namespace MuSc.Contracts;

/// <summary>Everything that defines a scoring job. Either <see cref="Images"/> or <see cref="TokensFile"/> is given.</summary>
public sealed record ScoringJobSpec
{
    /// <summary>Pixels a patch of a file of tokens stands for unless <see cref="Size"/> says otherwise.</summary>
    public const int TokenPixels = 14;

    /// <summary>The images to score, in the order of the results.</summary>
    public IReadOnlyList<ImageFile> Images { get; init; } = [];

    /// <summary>Where a cluster finds the images by itself, instead of <see cref="Images"/>. Means nothing on one machine.</summary>
    public ImageSource? Source { get; init; }

    /// <summary>Where a cluster finds <see cref="References"/> by itself.</summary>
    public ImageSource? ReferenceSource { get; init; }

    /// <summary>Images known to be normal, which score but are not scored. The default is none.</summary>
    public IReadOnlyList<ImageFile> References { get; init; } = [];

    /// <summary>An array [stages × N × (1+P) × C] of tokens to score instead of images.</summary>
    public string? TokensFile { get; init; }

    /// <summary>An array [N × D] of class tokens for <see cref="TokensFile"/>.</summary>
    public string? ClassTokensFile { get; init; }

    /// <summary>Names of the images of <see cref="TokensFile"/>, its references included. The default is their row numbers, from 0.</summary>
    public IReadOnlyList<string>? TokenNames { get; init; }

    /// <summary>How many images at the end of <see cref="TokensFile"/> are references. The default is none.</summary>
    public int TokenReferences { get; init; }

    /// <summary>A backbone's file, or the name of one that is installed. The default is the built-in <c>compact</c>.</summary>
    public string Backbone { get; init; } = "compact";

    /// <summary>
    /// Side of the square images and maps in pixels, a multiple of the backbone's patch. The default is the backbone's own;
    /// for a file of tokens 14 pixels a patch, as the paper's networks have.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>The stages to use, counted from 1. The default is all.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Aggregation degrees r, odd and at least 1. The default is 1, 3, 5.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 3, 5];

    /// <summary>How a stage becomes maps. The default is that of MuSc.</summary>
    public Aggregation Aggregation { get; init; }

    /// <summary>By what images are compared when their scores are smoothed. The default is by class tokens.</summary>
    public Rescoring Rescoring { get; init; }

    /// <summary>Maps of one stage.</summary>
    [JsonIgnore]
    public int MapsPerStage => Aggregation == Aggregation.Lnamd ? Degrees.Count : 1;

    /// <summary>The windows that scores are smoothed over; none leaves them as they are. RsCon always looks at the nearest alone too.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> SmoothingWindows => Rescoring switch
    {
        Rescoring.None => [],
        Rescoring.Salient when Windows.Count > 0 && !Windows.Contains(1) => [.. Windows, 1],
        _ => Windows,
    };

    /// <summary>The interval of kept values. The default is 0 % to 30 %.</summary>
    public IntervalRange Interval { get; init; } = IntervalRange.Default;

    /// <summary>
    /// Whether images are pointed out that may show a defect that many images show, by a second average of the same distances; scores and
    /// decisions stay as they are. The default is no.
    /// </summary>
    public bool CheckRepeats { get; init; }

    /// <summary>What becomes of the kept values. The default is their mean.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>Windows of RsCIN or RsCon, each at least 1; empty leaves the scores as they are. The default is 1, 2, 3.</summary>
    public IReadOnlyList<int> Windows { get; init; } = [1, 2, 3];

    /// <summary>How many others score each image, even: the work then grows with the number of images, not its square. The default is all.</summary>
    public int? Scorers { get; init; }

    /// <summary>Into how many parts the set is split, each scored apart. The default is 1, no split.</summary>
    public int Subsets { get; init; } = 1;

    /// <summary>Seed of the split into subsets, or of who scores whom. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Who scores. The default is everybody.</summary>
    public ScoringMode Mode { get; init; } = ScoringMode.Mutual;

    /// <summary>Images of earlier jobs against which these are scored. The default is none.</summary>
    public GalleryOptions? Gallery { get; init; }

    /// <summary>Whether its images join a gallery.</summary>
    [JsonIgnore]
    public bool FillsGallery => Gallery is { ReadOnly: false };

    /// <summary>Who meets whom: the images of a gallery that is only read are references that score as all others do.</summary>
    [JsonIgnore]
    public ScoringMode WhoMeets => Gallery is { ReadOnly: true } ? ScoringMode.References : Mode;

    /// <summary>Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads, at least 1. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images in one run of the network, at least 1; part of the numeric profile. The default is 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Images in a block, the unit of movement; never changes a result. The default is chosen by the plan.</summary>
    public int? BlockImages { get; init; }

    /// <summary>
    /// Peak resident memory in bytes that the job stays below, at least 128 MiB; never changes a result. The default is
    /// chosen by the machine: most of what is free.
    /// </summary>
    public long? MemoryBytes { get; init; }

    /// <summary>
    /// Folder for features and snapshots while the job runs. The default is a hidden folder beside the results.
    /// </summary>
    public string? Scratch { get; init; }

    /// <summary>
    /// Whether to go on from what an earlier run left in the scratch folder, and to keep the features there for later runs
    /// with more images. The default is no: what an earlier run left is removed.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Whether an image is turned as its EXIF orientation says. The default is no, as the authors.</summary>
    public bool ApplyExif { get; init; }

    /// <summary>Whether unusable images are left out and listed, rather than stopping the job. The default is no.</summary>
    public bool SkipBad { get; init; }

    /// <summary>
    /// How long a cluster keeps the job and its results after its end, at least a minute; then it deletes them. The default is the
    /// cluster's. Means nothing on one machine.
    /// </summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>A name for people, at most 200 characters. The default is none.</summary>
    public string? Name { get; init; }

    /// <summary>What whoever submits wants to keep with the job: at most 16 entries of at most 64 and 512 characters. The default is none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Who submitted it: the name of a key. The default is nobody.</summary>
    public string? Owner { get; init; }

    /// <summary>How the scored set is decided. The default finds a threshold from the scores.</summary>
    public DecisionOptions Decision { get; init; } = new();

    /// <summary>What is written, and where.</summary>
    public required OutputOptions Output { get; init; }
}

/// <summary>One image of a job.</summary>
/// <param name="Name">Its name in the results: the path below the folder that was given, with forward slashes.</param>
/// <param name="Path">Where the file lies.</param>
public sealed record ImageFile(string Name, string Path);

/// <summary>Who scores an image.</summary>
public enum ScoringMode
{
    /// <summary>Every other image of the set, and every reference (docs/method.md, Mutual scoring and Variants).</summary>
    Mutual,

    /// <summary>The references alone, each patch by its minimum over them (MuSc+, paper Eq. 9–11).</summary>
    References,
}
