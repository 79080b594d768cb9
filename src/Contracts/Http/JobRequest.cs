using System.Text.Json.Serialization;

namespace MuSc.Contracts.Http;

/// <summary>A job as <c>POST /v1/jobs</c> takes it. What is left out has the default of <see cref="ScoringJobSpec"/>.</summary>
public sealed record JobRequest
{
    /// <summary>The images to score.</summary>
    [JsonRequired]
    public ImageSource Images { get; init; } = new();

    /// <summary>Images known to be normal, which score but are not scored.</summary>
    public ImageSource? References { get; init; }

    /// <summary>A gallery: images of earlier jobs, against which these are scored and which they join. The first job begins it.</summary>
    public string? Gallery { get; init; }

    /// <summary>Whether the gallery stays as it is, and each image is scored as if it alone had joined.</summary>
    public bool? GalleryReadOnly { get; init; }

    /// <summary>How many images the gallery keeps, the newest.</summary>
    public int? GallerySize { get; init; }

    /// <summary>A backbone that is installed (<c>GET /v1/backbones</c>).</summary>
    public string? Backbone { get; init; }

    /// <summary>Side of the square images and maps in pixels.</summary>
    public int? Size { get; init; }

    /// <summary>The stages to use, counted from 1.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Aggregation degrees, odd.</summary>
    public IReadOnlyList<int>? Degrees { get; init; }

    /// <summary>The interval of kept values, such as <c>0%,30%</c>.</summary>
    public string? Interval { get; init; }

    /// <summary>Whether look-alikes are passed over, for sets in which one defect sits in many images: the interval 40%,70%.</summary>
    public bool? RepeatedDefects { get; init; }

    /// <summary>Whether images are pointed out that may show a defect that many images show.</summary>
    public bool? CheckRepeats { get; init; }

    /// <summary>What becomes of the kept values.</summary>
    public Reduction? Reduction { get; init; }

    /// <summary>Windows of RsCIN or RsCon; an empty list for none.</summary>
    public IReadOnlyList<int>? Windows { get; init; }

    /// <summary>The method, <c>musc</c> or <c>musc-v2</c>: what the next two are where they are left out.</summary>
    public string? Method { get; init; }

    /// <summary>How a stage becomes maps.</summary>
    public Aggregation? Aggregate { get; init; }

    /// <summary>By what images are compared when their scores are smoothed.</summary>
    public Rescoring? Rescore { get; init; }

    /// <summary>Who scores.</summary>
    public ScoringMode? Scorers { get; init; }

    /// <summary>How many others score each image, even; all without it.</summary>
    public int? ScorersPerImage { get; init; }

    /// <summary>Into how many parts the set is split, each scored apart.</summary>
    public int? Subsets { get; init; }

    /// <summary>Seed of the split.</summary>
    public int? Seed { get; init; }

    /// <summary>Images in one run of the network.</summary>
    public int? Batch { get; init; }

    /// <summary>Images in a block, the unit of movement; never changes a result.</summary>
    public int? BlockImages { get; init; }

    /// <summary>Whether images are turned as their EXIF orientation says.</summary>
    public bool? ApplyExif { get; init; }

    /// <summary>Whether unusable images are left out rather than stopping the job.</summary>
    public bool? SkipBad { get; init; }

    /// <summary>How the scored set is decided.</summary>
    public DecisionRequest? Decision { get; init; }

    /// <summary>What is written.</summary>
    public OutputsRequest? Outputs { get; init; }

    /// <summary>A name for people.</summary>
    public string? Name { get; init; }

    /// <summary>What the caller wants to keep with the job.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>How long the job is kept after its end, such as <c>12h</c> or <c>7d</c>.</summary>
    public string? ExpiresAfter { get; init; }

    /// <summary>The job, of an owner.</summary>
    /// <exception cref="FormatException">A text is not what it should be; the message names the member.</exception>
    public ScoringJobSpec ToSpec(string? owner)
    {
        ScoringJobSpec usual = Parsed(
            "method", Method ?? ScoringMethod.MuSc, name => ScoringMethod.Apply(name, new() { Output = new() { Folder = "chosen by the cluster" } }));
        Rescoring rescoring = Rescore ?? usual.Rescoring;

        return usual with
        {
            Source = Images,
            ReferenceSource = References,
            Gallery = ToGallery(),
            Backbone = Backbone ?? usual.Backbone,
            Size = Size,
            Stages = Stages,
            Degrees = Degrees ?? usual.Degrees,
            Interval = ToInterval(),
            CheckRepeats = CheckRepeats ?? usual.CheckRepeats,
            Reduction = Reduction ?? usual.Reduction,
            Aggregation = Aggregate ?? usual.Aggregation,
            Rescoring = rescoring,
            Windows = Windows ?? ScoringMethod.UsualWindows(rescoring),
            Mode = Scorers ?? usual.Mode,
            Scorers = ScorersPerImage,
            Subsets = Subsets ?? usual.Subsets,
            Seed = Seed ?? usual.Seed,
            Batch = Batch ?? usual.Batch,
            BlockImages = BlockImages,
            ApplyExif = ApplyExif ?? usual.ApplyExif,
            SkipBad = SkipBad ?? usual.SkipBad,
            Decision = Decision is { } decision ? Parsed("decision", decision, request => request.ToOptions()) : usual.Decision,
            Output = Outputs is { } outputs ? outputs.ToOptions(usual.Output) : usual.Output,
            Name = Name,
            Metadata = Metadata,
            Owner = owner,
            KeepFor = ExpiresAfter is null ? null : Parsed("expires_after", ExpiresAfter, text =>
                DurationText.TryParse(text) ?? throw new FormatException($"'{text}' is no length of time; give one such as 30m, 12h or 7d.")),
        };
    }

    /// <summary>A job's settings as they were used.</summary>
    public static JobRequest Of(ScoringJobSpec spec) => new()
    {
        Images = spec.Source ?? new(),
        References = spec.ReferenceSource,
        Gallery = spec.Gallery?.Place,
        GalleryReadOnly = spec.Gallery?.ReadOnly,
        GallerySize = spec.Gallery?.Size,
        Backbone = spec.Backbone,
        Size = spec.Size,
        Stages = spec.Stages,
        Degrees = spec.Degrees,
        Interval = spec.Interval.ToString(),
        CheckRepeats = spec.CheckRepeats,
        Reduction = spec.Reduction,
        Windows = spec.Windows,
        Method = ScoringMethod.NameOf(spec),
        Aggregate = spec.Aggregation,
        Rescore = spec.Rescoring,
        Scorers = spec.Mode,
        ScorersPerImage = spec.Scorers,
        Subsets = spec.Subsets,
        Seed = spec.Seed,
        Batch = spec.Batch,
        BlockImages = spec.BlockImages,
        ApplyExif = spec.ApplyExif,
        SkipBad = spec.SkipBad,
        Decision = DecisionRequest.Of(spec.Decision),
        Outputs = OutputsRequest.Of(spec.Output),
        Name = spec.Name,
        Metadata = spec.Metadata,
        ExpiresAfter = spec.KeepFor is { } time ? DurationText.Of(time) : null,
    };

    private GalleryOptions? ToGallery() => Gallery is not null ? new(Gallery) { ReadOnly = GalleryReadOnly ?? false, Size = GallerySize }
        : GalleryReadOnly is null && GallerySize is null ? null
        : throw new FormatException("gallery: name the gallery that gallery_read_only or gallery_size is about.");

    private IntervalRange ToInterval() => (Interval, RepeatedDefects == true) switch
    {
        (null, false) => IntervalRange.Default,
        (null, true) => IntervalRange.Repeated,
        (_, true) => throw new FormatException("repeated_defects: it is an interval of its own; leave out interval."),
        ({ } text, _) => Parsed("interval", text, IntervalRange.Parse),
    };

    private static T Parsed<TGiven, T>(string member, TGiven given, Func<TGiven, T> parse)
    {
        try
        {
            return parse(given);
        }
        catch (FormatException error)
        {
            throw new FormatException($"{member}: {error.Message}", error);
        }
    }
}

/// <summary>What a job writes.</summary>
public sealed record OutputsRequest
{
    /// <summary>How maps are written.</summary>
    public MapFormat? Maps { get; init; }

    /// <summary>Whether heat maps over the images are written.</summary>
    public bool? Overlays { get; init; }

    /// <summary>Whether masks of the anomalous pixels are written.</summary>
    public bool? Masks { get; init; }

    /// <summary>Whether <c>report.html</c> is written.</summary>
    public bool? Report { get; init; }

    /// <summary>Whether <c>patch_scores.npy</c> is written.</summary>
    public bool? PatchScores { get; init; }

    /// <summary>As members of a specification.</summary>
    internal OutputOptions ToOptions(OutputOptions usual) => usual with
    {
        Maps = Maps ?? usual.Maps,
        Overlays = Overlays ?? usual.Overlays,
        Masks = Masks ?? usual.Masks,
        Report = Report ?? usual.Report,
        PatchScores = PatchScores ?? usual.PatchScores,
    };

    internal static OutputsRequest Of(OutputOptions used) => new() { Maps = used.Maps, Overlays = used.Overlays, Masks = used.Masks, Report = used.Report, PatchScores = used.PatchScores };
}
