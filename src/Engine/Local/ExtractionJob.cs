using MuSc.Engine.Jobs;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Engine.Local;

/// <summary>Turns images into arrays of tokens that this and other programs can read.</summary>
/// <param name="options">What it works with.</param>
public sealed class ExtractionJob(LocalScoringOptions options)
{
    /// <summary>Extracts.</summary>
    /// <param name="spec">What is asked for.</param>
    /// <param name="progress">Told of every change; from any thread.</param>
    /// <param name="cancellationToken">Stops between images; nothing half-written stays.</param>
    /// <exception cref="JobException">The job cannot go on.</exception>
    public ExtractionResults Run(ExtractionJobSpec spec, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        // The same rules as for scoring, whatever the number of images.
        ScoringJobValidation.Check(AsScoring(spec));
        RunProgress phases = new(options.Time, change => progress?.Report(change));
        using OutputFolder output = OutputFolder.Begin(spec.Folder, spec.Force);
        phases.Begin(JobPhase.Check, spec.Images.Count);
        IReadOnlyList<CheckedImage> images = CheckPhase.Run(
            spec.Images, spec.ApplyExif, spec.SkipBad, spec.Threads, count => phases.Advance(count), cancellationToken);
        ImageFile[] usable = [.. images.Where(image => image.Problem is null).Select(image => image.File)];
        if (usable.Length == 0)
        {
            throw new JobException(JobErrorKind.Input, "None of the images can be used.");
        }

        long[] shape = Extract(spec, usable, output.Aside, phases, cancellationToken);
        phases.Begin(JobPhase.Write, 1);
        DiskError.Tell(spec.Folder, () => File.WriteAllLines(Path.Combine(output.Aside, "images.txt"), usable.Select(image => image.Name)));
        cancellationToken.ThrowIfCancellationRequested();
        string folder = output.Complete();
        phases.Advance(1);
        return new(
            folder, [.. usable.Select(image => image.Name)],
            [.. images.Where(image => image.Problem is not null).Select(image => (image.File.Name, image.Problem!))], shape);
    }

    private long[] Extract(ExtractionJobSpec spec, ImageFile[] images, string folder, RunProgress phases, CancellationToken cancellationToken)
    {
        ExtractionOptions extraction = new()
        {
            Size = spec.Size, Stages = spec.Stages, Threads = spec.Threads, Batch = spec.Batch, ApplyExif = spec.ApplyExif,
        };
        using BackboneRun backbone = BackboneRun.Open(spec.Backbone, spec.Device, extraction, options.Extractor);
        FeatureShape shape = backbone.Extractor.Shape;
        if (shape.Stages.Distinct().Count() > 1)
        {
            throw new JobException(JobErrorKind.Usage, $"The stages of {backbone.Info.Name} differ in shape and fit no array; choose one with --stages.");
        }

        phases.Begin(JobPhase.Extract, images.Length);
        using TokenArrays arrays = new(folder, images.Length, shape, spec.HalfPrecision ? NpyType.Float16 : NpyType.Float32);
        ExtractPhase.Run(
            backbone.Extractor, images, ExtractPhase.BlockImages(shape, spec.Threads, spec.Batch), arrays.Write,
            count => phases.Advance(count), cancellationToken);
        arrays.Complete();
        return arrays.Shape;
    }

    private static ScoringJobSpec AsScoring(ExtractionJobSpec spec) => new()
    {
        Images = spec.Images,
        References = spec.Images,
        Size = spec.Size,
        Stages = spec.Stages,
        Device = spec.Device,
        Threads = spec.Threads,
        Batch = spec.Batch,
        Output = new() { Folder = spec.Folder },
    };
}
