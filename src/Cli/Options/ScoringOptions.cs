using MuSc.Engine.Inputs;
using MuSc.Features.Backbones;

namespace MuSc.Cli;

/// <summary>Everything that makes a scoring job, for the commands that score or plan one.</summary>
internal sealed class ScoringOptions
{
    public ImageOptions Images { get; } = new();

    public Option<string?> Tokens { get; } = NewOption.Of<string?>(
        "--tokens", "file.npy",
        "Score an array of tokens [stages × N × (1+P) × C] rather than images: what 'musc extract' or another program wrote.");

    public Option<string?> ClassTokens { get; } = NewOption.Of<string?>(
        "--class-tokens", "file.npy", "Class tokens [N × D] that go with --tokens; without them scores are not rescored.");

    public Option<string?> Names { get; } = NewOption.Of<string?>(
        "--names", "file.txt", "Names of the images of --tokens, one a line, references included [default: row numbers]");

    public Option<int> TokenReferences { get; } = NewOption.Of<int>(
        "--token-references", "n", "How many images at the end of --tokens are references.");

    public BackboneOptions Backbone { get; } = new();

    public MethodOptions Method { get; } = new();

    public DecidingOptions Deciding { get; } = new();

    public ResourceOptions Resources { get; } = new();

    public IEnumerable<Option> All =>
        [.. Images.All, Tokens, ClassTokens, Names, TokenReferences, .. Backbone.All, .. Method.All, .. Deciding.All, .. Resources.All];

    /// <summary>The images that the command line names; none where it gives tokens alone.</summary>
    /// <exception cref="JobException">One was not found.</exception>
    public IReadOnlyList<ImageFile> ImagesOf(ParseResult parsed) =>
        parsed.GetValue(Tokens) is not null && parsed.GetValue(Images.Inputs) is not { Length: > 0 } ? [] : Images.Resolve(parsed);

    /// <summary>The job that the command line describes, over some images.</summary>
    public ScoringJobSpec Read(ParseResult parsed, IReadOnlyList<ImageFile> images, OutputOptions output)
    {
        IReadOnlyList<ImageFile> references = parsed.GetValue(Method.References) is { Length: > 0 } known
            ? ImageSetResolver.Resolve(known, parsed.GetValue(Images.Recursive))
            : [];
        return Method.Read(parsed, Backbone.Read(parsed, new ScoringJobSpec { Output = output })) with
        {
            Images = images,
            References = references,
            TokensFile = parsed.GetValue(Tokens),
            ClassTokensFile = parsed.GetValue(ClassTokens),
            TokenNames = parsed.GetValue(Names) is { } names ? ReadNames(names) : null,
            TokenReferences = parsed.GetValue(TokenReferences),
            ApplyExif = parsed.GetValue(Images.Exif),
            SkipBad = parsed.GetValue(Images.SkipBad),
            MemoryBytes = parsed.GetValue(Resources.Memory),
            Scratch = parsed.GetValue(Resources.Scratch),
            Resume = parsed.GetValue(Resources.Resume),
            BlockImages = parsed.GetValue(Resources.Block),
            Decision = Deciding.Read(parsed),
        };
    }

    private static string[] ReadNames(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Input, $"{file}: the names cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>Which images, and how their files are read.</summary>
internal sealed class ImageOptions
{
    public Argument<string[]> Inputs { get; } = new("images")
    {
        Description = "Image files, folders, patterns such as 'shots/**/*.png', or lists of files (.txt, .csv).",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { OptionParsers.NoOptions },
    };

    public Option<bool> Recursive { get; } = NewOption.Flag("--recursive, -r", "Search folders with all their subfolders.");

    public Option<bool> Exif { get; } = NewOption.Exif();

    public Option<bool> SkipBad { get; } = NewOption.Flag(
        "--skip-bad", "Leave out files that cannot be read and list them in the results, rather than stopping before any work.");

    public IEnumerable<Option> All => [Recursive, Exif, SkipBad];

    /// <summary>The images that were named.</summary>
    public IReadOnlyList<ImageFile> Resolve(ParseResult parsed) =>
        ImageSetResolver.Resolve(parsed.GetValue(Inputs) ?? [], parsed.GetValue(Recursive));
}

/// <summary>Which network turns images into tokens, and where it runs.</summary>
internal sealed class BackboneOptions
{
    public Option<string> Name { get; } = NewOption.Of(
        "--backbone, -b", "name|file",
        "Name of an installed backbone, or an ONNX file. The built-in 'compact' is for trying out; the paper's results need a larger one.",
        byDefault: "compact");

    public Option<int?> Size { get; } = NewOption.Of<int?>(
        "--size", "pixels", "Side in pixels to which images are resized, a multiple of the backbone's patch [default: the backbone's own]").AtLeast(1);

    public Option<int[]?> Stages { get; } = NewOption.Numbers("--stages", "Stages to use, counted from 1, such as 2,4 [default: all]");

    public Option<string> Device { get; } = NewOption.Of("--device", "device", "Where the network runs and images score each other: cpu, cuda or cuda:n.", byDefault: "cpu");

    public Option<int?> Threads { get; } = NewOption.Of<int?>(
        "--threads, -t", "n", "Threads; never changes a result [default: one per processor]").AtLeast(1);

    public Option<int> Batch { get; } = NewOption.Of(
        "--batch", "n", "Images in one run of the network; may change the last bits of a result.", byDefault: 1).AtLeast(1);

    public IEnumerable<Option> All => [Name, Size, Stages, Device, Threads, Batch];

    /// <summary>A job with this backbone.</summary>
    public ScoringJobSpec Read(ParseResult parsed, ScoringJobSpec job) => job with
    {
        Backbone = parsed.GetValue(Name)!,
        Size = parsed.GetValue(Size),
        Stages = parsed.Given(Stages),
        Device = parsed.GetValue(Device)!,
        Threads = parsed.GetValue(Threads) ?? job.Threads,
        Batch = parsed.GetValue(Batch),
    };

    /// <summary>How the backbone runs where it is no job, but for the device.</summary>
    public ExtractionOptions Extraction(ParseResult parsed, bool applyExif)
    {
        ExtractionOptions defaults = new();
        return defaults with
        {
            Size = parsed.GetValue(Size),
            Stages = parsed.Given(Stages),
            Threads = parsed.GetValue(Threads) ?? defaults.Threads,
            Batch = parsed.GetValue(Batch),
            ApplyExif = applyExif,
        };
    }
}

/// <summary>How images score each other.</summary>
internal sealed class MethodOptions
{
    public Option<string[]> References { get; } = NewOption.Of<string[]>(
        "--references", "images",
        "Images known to be normal (files, folders, lists; may be repeated): they score the others but are not scored.");

    public Option<ScoringMode> Mode { get; } = NewOption.Of<ScoringMode>(
        "--mode", "mutual|references", "Who scores: mutual (every other image and the references) or references (these alone).");

    public Option<string> Name { get; } = NewOption.Of(
        "--method", "musc|musc-v2", "The method: musc, or musc-v2, which needs a third of the scoring work.", byDefault: ScoringMethod.MuSc)
        .AcceptOnlyFromAmong(ScoringMethod.MuSc, ScoringMethod.MuScV2);

    public Option<Aggregation?> Aggregate { get; } = NewOption.Of(
        "--aggregate", "lnamd|snamd|snamd-l2",
        "How a patch is averaged with its neighbours: lnamd (evenly, one map a degree), snamd (by likeness, one map) or snamd-l2 (the same on unit tokens) [default: the method's]",
        OptionParsers.Word<Aggregation>);

    public Option<Rescoring?> Rescore { get; } = NewOption.Of(
        "--rescore", "class|salient|none",
        "By what images are compared when their scores are smoothed: class (class tokens), salient (their most anomalous patches; for networks without class tokens) or none [default: the method's]",
        OptionParsers.Word<Rescoring>);

    public Option<int[]?> Degrees { get; } = NewOption.Numbers("--degrees", "Sizes of the neighbourhoods, odd numbers [default: 1,3,5]");

    public Option<IntervalRange?> Interval { get; } = NewOption.Of(
        "--interval", "from,to", "Which of a patch's sorted distances count: two shares, two counts, or all [default: 0%,30%]",
        OptionParsers.Interval);

    public Option<bool> RepeatedDefects { get; } = NewOption.Flag(
        "--repeated-defects", "For a set in which the same defect sits in many images: pass over look-alikes (the interval 40%,70%). Not for mixed products.");

    public Option<bool> CheckRepeats { get; } = NewOption.Flag(
        "--check-repeats", "Point out images that may show a defect that many images show; scores stay as they are.");

    public Option<Reduction> Reduce { get; } = NewOption.Of<Reduction>(
        "--reduce", "mean|min|max", "What becomes of the distances that count: mean, min or max.");

    public Option<int[]?> Windows { get; } = NewOption.Of(
        "--windows", "list|none",
        "Neighbours that an image's score is averaged over when it is rescored, or none to leave scores as they are [default: 1,2,3; with salient 1,7]",
        OptionParsers.NumbersOrNone);

    public Option<int> Scorers { get; } = NewOption.Of(
        "--scorers", "all|n", "How many others score each image, an even number: the work grows with the images, not their square [default: all]",
        OptionParsers.NumberOrAll);

    public Option<int> Subsets { get; } = NewOption.Of(
        "--subsets", "n", "Split the set at random into so many parts that are scored apart: less work.", byDefault: 1);

    public Option<int> Seed { get; } = NewOption.Of<int>("--seed", "n", "Seed of the split, and of who scores whom.");

    public IEnumerable<Option> All => [References, Mode, Name, Aggregate, Rescore, Degrees, Interval, RepeatedDefects, CheckRepeats, Reduce, Windows, Scorers, Subsets, Seed];

    /// <summary>A job of this method, but for its references.</summary>
    public ScoringJobSpec Read(ParseResult parsed, ScoringJobSpec job)
    {
        if (parsed.GetValue(RepeatedDefects) && parsed.Given(Interval) is not null)
        {
            throw new JobException(JobErrorKind.Usage, "--repeated-defects is an interval of its own: leave out --interval.");
        }

        ScoringJobSpec named = ScoringMethod.Apply(parsed.GetValue(Name)!, job);
        Rescoring rescoring = parsed.GetValue(Rescore) ?? named.Rescoring;
        return named with
        {
            Mode = parsed.GetValue(Mode),
            Aggregation = parsed.GetValue(Aggregate) ?? named.Aggregation,
            Rescoring = rescoring,
            Degrees = parsed.Given(Degrees) ?? job.Degrees,
            Interval = parsed.GetValue(RepeatedDefects) ? IntervalRange.Repeated : parsed.Given(Interval) ?? job.Interval,
            CheckRepeats = parsed.GetValue(CheckRepeats),
            Reduction = parsed.GetValue(Reduce),
            Windows = parsed.Given(Windows) ?? ScoringMethod.UsualWindows(rescoring),
            Scorers = parsed.GetValue(Scorers) is > 0 and int scorers ? scorers : null,
            Subsets = parsed.GetValue(Subsets),
            Seed = parsed.GetValue(Seed),
        };
    }
}

/// <summary>Memory and scratch space of a job; none of them changes a result.</summary>
internal sealed class ResourceOptions
{
    public Option<long?> Memory { get; } = NewOption.Memory("Peak memory to stay below, such as 1500M or 2G [default: most of what is free]");

    public Option<string?> Scratch { get; } = NewOption.Of<string?>(
        "--scratch", "dir", "Folder for intermediate files [default: hidden, beside the results]");

    public Option<bool> Resume { get; } = NewOption.Flag("--resume", "Go on from what an interrupted run left in the scratch folder.");

    public Option<int?> Block { get; } = NewOption.Of<int?>("--block", "n", "Images in a block [default: as memory allows]");

    public IEnumerable<Option> All => [Memory, Scratch, Resume, Block];
}

/// <summary>What is written, and where.</summary>
internal sealed class ResultOptions
{
    public Option<string> Out { get; } = NewOption.Of("--out, -o", "dir", "Folder of results.", byDefault: "musc-results");

    public Option<bool> Force { get; } = NewOption.Flag("--force, -f", "Replace an output folder that holds what an earlier run wrote.");

    public Option<MapFormat> Maps { get; } = NewOption.Of<MapFormat>(
        "--maps", "tiff|npy|none", "How anomaly maps are written: tiff, npy or none.");

    public Option<bool> NoOverlays { get; } = NewOption.Flag("--no-overlays", "Write no heat maps over the images.");

    public Option<bool> NoMasks { get; } = NewOption.Flag("--no-masks", "Write no masks of the anomalous pixels.");

    public Option<bool> NoReport { get; } = NewOption.Flag("--no-report", "Write no report.html.");

    public Option<bool> PatchScores { get; } = NewOption.Flag(
        "--save-patch-scores", "Also write patch_scores.npy, [images × patches] float64; always written with --tokens.");

    public Option<int> Top { get; } = NewOption.Of("--top", "n", "Rows of the table of the most anomalous images.", byDefault: 10);

    public IEnumerable<Option> All => [Out, Force, Maps, NoOverlays, NoMasks, NoReport, PatchScores, Top];

    public OutputOptions Read(ParseResult parsed) => new()
    {
        Folder = parsed.GetValue(Out)!,
        Force = parsed.GetValue(Force),
        Maps = parsed.GetValue(Maps),
        Overlays = !parsed.GetValue(NoOverlays),
        Masks = !parsed.GetValue(NoMasks),
        Report = !parsed.GetValue(NoReport),
        PatchScores = parsed.GetValue(PatchScores),
    };
}
