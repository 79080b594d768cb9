using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features;

namespace MuSc.Engine.Local;

/// <summary>
/// Writes a set's features as arrays for other programs, and for scoring without the images: <c>tokens.npy</c>
/// [stages × N × (1+P) × C] with the class position first (zeros: backbones give no class token for a stage),
/// <c>class_tokens.npy</c> [N × D] where the backbone has them, and <c>images.txt</c>, one name a line.
/// </summary>
public static class TokenExport
{
    /// <summary>Extracts and writes.</summary>
    /// <param name="spec">What, how and where to.</param>
    /// <param name="report">Told of the progress, one call at a time.</param>
    /// <param name="cancellationToken">Stops between images; nothing half-written stays.</param>
    /// <exception cref="JobException">An image, the backbone or the folder cannot be used.</exception>
    public static TokenExportResult Run(TokenExportSpec spec, Action<JobProgress> report, CancellationToken cancellationToken)
        => Run(spec, new LocalScoringOptions(), report, cancellationToken);

    /// <inheritdoc cref="Run(TokenExportSpec, Action{JobProgress}, CancellationToken)"/>
    /// <param name="spec">What, how and where to.</param>
    /// <param name="local">The clock, and what extracts.</param>
    /// <param name="report">Told of the progress, one call at a time.</param>
    /// <param name="cancellationToken">Stops between images; nothing half-written stays.</param>
    public static TokenExportResult Run(
        TokenExportSpec spec, LocalScoringOptions local, Action<JobProgress> report, CancellationToken cancellationToken)
    {
        RunProgress progress = new(local.Time, report);
        using OutputFolder output = OutputFolder.Begin(spec.Folder, spec.Force);
        // First, so that a wrong name is told before thousands of images are looked at.
        using BackboneRun backbone = BackboneRun.Open(spec.Backbone, spec.Device, spec.Options, local.Extractor);
        progress.Begin(JobPhase.Check, spec.Images.Count);
        IReadOnlyList<CheckedImage> images = CheckPhase.Run(
            spec.Images, spec.Options.ApplyExif, spec.SkipBad, spec.Options.Threads, count => progress.Advance(count), cancellationToken);
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
            int block = ExtractPhase.BlockImages(shape, spec.Options.Threads, spec.Options.Batch, ExtractionMemory.MostBlockBytes);
            ExtractPhase.Run(
                backbone.Extractor, usable, block, _ => { }, arrays.Write, count => progress.Advance(count), cancellationToken);
            arrays.Complete();
        }

        DiskError.Tell(spec.Folder, () => File.WriteAllLines(Path.Combine(output.Aside, "images.txt"), usable.Select(image => image.Name)));
        return new(
            output.Complete(),
            [.. usable.Select(image => image.Name)],
            [.. images.Where(image => image.Problem is not null).Select(image => (image.File.Name, image.Problem!))],
            shape);
    }
}
