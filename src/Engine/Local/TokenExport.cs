using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Engine.Plan;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>What is to be extracted, how, and where to.</summary>
/// <param name="Images">The images, in the order of the arrays.</param>
/// <param name="Folder">Where the arrays go.</param>
/// <param name="Backbone">A backbone's file, or the name of one that is installed. The default is the built-in <c>compact</c>.</param>
/// <param name="Device">Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</param>
/// <param name="SkipBad">Whether unusable images are left out and named, rather than stopping the work. The default is no.</param>
/// <param name="HalfPrecision">Whether tokens are written as float16 rather than float32; class tokens always are float32. The default is no.</param>
/// <param name="Force">Whether an existing, non-empty folder may be replaced. The default is no.</param>
public sealed record TokenExportSpec(
    IReadOnlyList<ImageFile> Images, string Folder, string Backbone = "compact", string Device = "cpu",
    bool SkipBad = false, bool HalfPrecision = false, bool Force = false)
{
    /// <summary>How the backbone runs, but for the device.</summary>
    public ExtractionOptions Options { get; init; } = new();

    /// <summary>The clock, and what extracts. The default is the system's, and ONNX Runtime.</summary>
    public LocalScoringOptions Local { get; init; } = new();
}

/// <summary>What was extracted.</summary>
/// <param name="Folder">Where the arrays lie.</param>
/// <param name="Images">Names of the images in the arrays.</param>
/// <param name="Skipped">Images that were left out, with the reason.</param>
/// <param name="Shape">What one image has.</param>
public sealed record TokenExportResult(
    string Folder, IReadOnlyList<string> Images, IReadOnlyList<(string Name, string Reason)> Skipped, FeatureShape Shape);

/// <summary>
/// Writes a set's features as arrays for other programs, and for scoring without the images: <c>tokens.npy</c>
/// [stages × N × (1+P) × C] with the class position first (zeros: backbones give no class token for a stage),
/// <c>class_tokens.npy</c> [N × D] where the backbone has them, and <c>images.txt</c>, one name a line.
/// </summary>
public static class TokenExport
{
    /// <summary>Extracts and writes.</summary>
    /// <param name="spec">What, how and where to.</param>
    /// <param name="report">Called with the progress, one call at a time.</param>
    /// <param name="cancellationToken">Stops between images; nothing half-written stays.</param>
    /// <exception cref="JobException">An image, the backbone or the folder cannot be used.</exception>
    public static TokenExportResult Run(TokenExportSpec spec, Action<JobProgress> report, CancellationToken cancellationToken)
    {
        RunProgress progress = new(spec.Local.Time, report);
        using OutputFolder output = OutputFolder.Begin(spec.Folder, spec.Force);
        // First, so that a wrong name is reported before thousands of images are looked at.
        using BackboneRun backbone = BackboneRun.Open(spec.Backbone, spec.Device, spec.Options, spec.Local.Extractor);
        progress.Begin(JobPhase.Check, spec.Images.Count);
        IReadOnlyList<CheckedImage> images = ImageCheck.All(
            spec.Images, spec.Options.ApplyExif, spec.SkipBad, spec.Options.Threads, progress.Advance, cancellationToken);
        ImageFile[] usable = [.. images.Where(image => image.Problem is null).Select(image => image.File)];
        if (usable.Length == 0)
        {
            throw new JobException(JobErrorKind.Input, "None of the images can be used.");
        }

        FeatureShape shape = backbone.Extractor.Shape;
        if (shape.Stages.Distinct().Count() > 1)
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"The stages of {backbone.Info.Name} differ in grid or channels ({string.Join(", ", shape.Stages.Select(stage => $"{stage.Grid}² × {stage.Channels}"))}) and do not fit one array; choose alike ones with --stages.");
        }

        progress.Begin(JobPhase.Extract, usable.Length);
        using (TokenArrays arrays = new(output.Aside, usable.Length, shape, spec.HalfPrecision ? NpyType.Float16 : NpyType.Float32))
        {
            int block = ExtractPhase.BlockImages(shape, spec.Options.Threads, spec.Options.Batch, JobMemory.MostBlockBytes);
            ExtractPhase.Run(backbone.Extractor, usable, block, _ => { }, arrays.Write, progress.Advance, cancellationToken);
            arrays.Complete();
        }

        DiskError.Name(spec.Folder, () => File.WriteAllLines(Path.Combine(output.Aside, "images.txt"), usable.Select(image => image.Name)));
        return new(
            output.Complete(),
            [.. usable.Select(image => image.Name)],
            [.. images.Where(image => image.Problem is not null).Select(image => (image.File.Name, image.Problem!))],
            shape);
    }
}

/// <summary>
/// Writes features as arrays, block after block: <c>tokens.npy</c> [stages × N × (1+P) × C] with zeros at the class
/// position, since class tokens have channels of their own, and <c>class_tokens.npy</c> [N × D] where there are any.
/// </summary>
/// <param name="folder">An existing folder.</param>
/// <param name="images">Images N.</param>
/// <param name="shape">What one image has; all stages alike.</param>
/// <param name="type">Kind of the tokens' elements; class tokens are float32.</param>
internal sealed class TokenArrays(string folder, int images, FeatureShape shape, NpyType type) : IDisposable
{
    private readonly StageShape _stage = shape.Stages[0];
    private readonly float[] _classPosition = new float[shape.Stages[0].Channels];
    private readonly NpyWriter _tokens = NpyWriter.Create(
        Path.Combine(folder, "tokens.npy"), type, shape.Stages.Count, images, 1 + shape.Stages[0].Patches, shape.Stages[0].Channels);
    private readonly NpyWriter? _classTokens = shape.ClassChannels > 0
        ? NpyWriter.Create(Path.Combine(folder, "class_tokens.npy"), NpyType.Float32, images, shape.ClassChannels)
        : null;

    /// <summary>Writes a block.</summary>
    /// <param name="first">Index of its first image.</param>
    /// <param name="block">The features.</param>
    public void Write(int first, FeatureBlock block)
    {
        for (int index = 0; index < block.Images; index++)
        {
            for (int stage = 0; stage < shape.Stages.Count; stage++)
            {
                long start = (((long)stage * images) + first + index) * (_stage.Channels + _stage.Length);
                _tokens.Write<float>(start, _classPosition);
                _tokens.Write<float>(start + _stage.Channels, block.Stage(stage, index));
            }

            _classTokens?.Write<float>((long)(first + index) * shape.ClassChannels, block.ClassToken(index));
        }
    }

    /// <summary>Gives the files their names.</summary>
    public void Complete()
    {
        _tokens.Complete();
        _classTokens?.Complete();
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _classTokens?.Dispose();
    }
}
