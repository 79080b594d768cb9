using MuSc.Engine.Jobs;
using MuSc.Engine.Local;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Engine.Extraction;

/// <summary>
/// Writes a set's features as arrays for other programs, and for scoring without the images: <c>tokens.npy</c>
/// [stages × N × (1+P) × C] with the class position first (zeros: backbones give no class token for a stage),
/// <c>class_tokens.npy</c> [N × D] where the backbone has them, and <c>images.txt</c>, one name a line.
/// </summary>
public static class TokenExport
{
    // Tokens of a block are in memory at once.
    private const long BlockBytes = 128L << 20;

    /// <summary>Extracts and writes.</summary>
    /// <param name="spec">What, how and where to.</param>
    /// <param name="report">Told of the progress, one call at a time.</param>
    /// <param name="cancellationToken">Stops between images; nothing half-written stays.</param>
    /// <exception cref="JobException">An image, the backbone or the folder cannot be used.</exception>
    public static TokenExportResult Run(TokenExportSpec spec, Action<JobProgress> report, CancellationToken cancellationToken)
    {
        RunProgress progress = new(TimeProvider.System, report);
        using OutputFolder output = OutputFolder.Begin(spec.Folder, spec.Force);
        progress.Begin(JobPhase.Check, spec.Images.Count);
        IReadOnlyList<CheckedImage> images = CheckPhase.Run(
            spec.Images, spec.Options.ApplyExif, spec.SkipBad, spec.Options.Threads, count => progress.Advance(count), cancellationToken);
        ImageFile[] usable = [.. images.Where(image => image.Problem is null).Select(image => image.File)];
        if (usable.Length == 0)
        {
            throw new JobException(JobErrorKind.Input, "None of the images can be used.");
        }

        using BackboneRun backbone = BackboneRun.Open(
            spec.Backbone, spec.Device, spec.Options, (info, options) => new OnnxFeatureExtractor(info, options));
        FeatureShape shape = backbone.Extractor.Shape;
        if (shape.Stages.Distinct().Count() > 1)
        {
            throw new JobException(
                JobErrorKind.Usage,
                $"The stages of {backbone.Info.Name} differ in grid or channels ({string.Join(", ", shape.Stages.Select(stage => $"{stage.Grid}² × {stage.Channels}"))}) and do not fit one array; choose alike ones with --stages.");
        }

        progress.Begin(JobPhase.Extract, usable.Length);
        Write(spec, backbone.Extractor, usable, output.Aside, count => progress.Advance(count), cancellationToken);
        File.WriteAllLines(Path.Combine(output.Aside, "images.txt"), usable.Select(image => image.Name));
        return new(
            output.Complete(),
            [.. usable.Select(image => image.Name)],
            [.. images.Where(image => image.Problem is not null).Select(image => (image.File.Name, image.Problem!))],
            shape);
    }

    private static void Write(
        TokenExportSpec spec, IFeatureExtractor extractor, ImageFile[] images, string folder, Action<int> done, CancellationToken cancellationToken)
    {
        FeatureShape shape = extractor.Shape;
        StageShape stage = shape.Stages[0];
        long imageLength = stage.Length + stage.Channels;
        int block = (int)Math.Clamp(BlockBytes / (sizeof(float) * imageLength * shape.Stages.Count), 1, 64);
        float[] noClass = new float[stage.Channels];
        using NpyWriter tokens = NpyWriter.Create(
            Path.Combine(folder, "tokens.npy"),
            spec.HalfPrecision ? NpyType.Float16 : NpyType.Float32,
            shape.Stages.Count, images.Length, 1 + stage.Patches, stage.Channels);
        using NpyWriter? classTokens = shape.ClassChannels == 0
            ? null
            : NpyWriter.Create(Path.Combine(folder, "class_tokens.npy"), NpyType.Float32, images.Length, shape.ClassChannels);
        int first = 0;
        foreach (ImageFile[] part in images.Chunk(block))
        {
            FeatureBlock features = Extract(extractor, part, done, cancellationToken);
            for (int i = 0; i < part.Length; i++)
            {
                for (int s = 0; s < shape.Stages.Count; s++)
                {
                    long start = (((long)s * images.Length) + first + i) * imageLength;
                    tokens.Write(start, noClass);
                    tokens.Write(start + stage.Channels, features.Stage(s, i));
                }

                classTokens?.Write((long)(first + i) * shape.ClassChannels, features.ClassToken(i));
            }

            first += part.Length;
        }

        tokens.Complete();
        classTokens?.Complete();
    }

    private static FeatureBlock Extract(IFeatureExtractor extractor, ImageFile[] part, Action<int> done, CancellationToken cancellationToken)
    {
        try
        {
            return extractor.Extract(part, done, cancellationToken);
        }
        catch (ImageFileException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
    }
}
