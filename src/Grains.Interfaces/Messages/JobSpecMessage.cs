using MuSc.Contracts;

namespace MuSc.Grains.Messages;

/// <summary>A job's specification on the wire and in its stored state.</summary>
[GenerateSerializer, Immutable, Alias("musc.spec")]
public sealed record JobSpecMessage
{
    [Id(0)] public required string[] Names { get; init; }

    [Id(1)] public required string[] Paths { get; init; }

    [Id(2)] public required string[] ReferenceNames { get; init; }

    [Id(3)] public required string[] ReferencePaths { get; init; }

    [Id(4)] public required string Backbone { get; init; }

    [Id(5)] public int? Size { get; init; }

    [Id(6)] public int[]? Stages { get; init; }

    [Id(7)] public required int[] Degrees { get; init; }

    [Id(8)] public required string Interval { get; init; }

    [Id(9)] public Reduction Reduction { get; init; }

    [Id(10)] public required int[] Windows { get; init; }

    [Id(11)] public int Subsets { get; init; }

    [Id(12)] public int Seed { get; init; }

    [Id(13)] public ScoringMode Mode { get; init; }

    [Id(14)] public required string Device { get; init; }

    [Id(15)] public int Batch { get; init; }

    [Id(16)] public int? BlockImages { get; init; }

    [Id(17)] public bool ApplyExif { get; init; }

    [Id(18)] public bool SkipBad { get; init; }

    [Id(19)] public MapFormat Maps { get; init; }

    [Id(20)] public bool Overlays { get; init; }

    [Id(21)] public bool Report { get; init; }

    [Id(22)] public bool PatchScores { get; init; }

    /// <summary>The specification as a message. Its folder of results is chosen by the cluster.</summary>
    /// <exception cref="JobException">It asks for what a cluster does not do.</exception>
    public static JobSpecMessage Of(ScoringJobSpec spec) => spec.TokensFile is null
        ? new()
        {
            Names = [.. spec.Images.Select(image => image.Name)],
            Paths = [.. spec.Images.Select(image => image.Path)],
            ReferenceNames = [.. spec.References.Select(image => image.Name)],
            ReferencePaths = [.. spec.References.Select(image => image.Path)],
            Backbone = spec.Backbone,
            Size = spec.Size,
            Stages = spec.Stages is null ? null : [.. spec.Stages],
            Degrees = [.. spec.Degrees],
            Interval = spec.Interval.ToString(),
            Reduction = spec.Reduction,
            Windows = [.. spec.Windows],
            Subsets = spec.Subsets,
            Seed = spec.Seed,
            Mode = spec.Mode,
            Device = spec.Device,
            Batch = spec.Batch,
            BlockImages = spec.BlockImages,
            ApplyExif = spec.ApplyExif,
            SkipBad = spec.SkipBad,
            Maps = spec.Output.Maps,
            Overlays = spec.Output.Overlays,
            Report = spec.Output.Report,
            PatchScores = spec.Output.PatchScores,
        }
        : throw new JobException(JobErrorKind.Usage, "A cluster scores images; score a file of tokens with musc score on one machine.");

    /// <summary>The specification with its results in <paramref name="folder"/>.</summary>
    public ScoringJobSpec ToSpec(string folder) => new()
    {
        Images = [.. Names.Zip(Paths, (name, path) => new ImageFile(name, path))],
        References = [.. ReferenceNames.Zip(ReferencePaths, (name, path) => new ImageFile(name, path))],
        Backbone = Backbone,
        Size = Size,
        Stages = Stages,
        Degrees = Degrees,
        Interval = IntervalRange.Parse(Interval),
        Reduction = Reduction,
        Windows = Windows,
        Subsets = Subsets,
        Seed = Seed,
        Mode = Mode,
        Device = Device,
        Batch = Batch,
        BlockImages = BlockImages,
        ApplyExif = ApplyExif,
        SkipBad = SkipBad,
        Output = new OutputOptions
        {
            Folder = folder, Force = true, Maps = Maps, Overlays = Overlays, Report = Report, PatchScores = PatchScores,
        },
    };
}
