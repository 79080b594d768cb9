using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Evaluation;

/// <summary>Class tokens of a set of images.</summary>
/// <param name="Values">[N × D] row-major.</param>
/// <param name="Channels">D.</param>
public sealed record ClassTokens(float[] Values, int Channels)
{
    private const int BlockImages = 16;

    /// <summary>Reads an array [N × D].</summary>
    /// <exception cref="JobException">It is none, or of another number of images.</exception>
    public static ClassTokens Read(string path, int images)
    {
        using NpyFile file = NpyFile.Open(path);
        if (file.Shape.Count != 2 || file.Shape[0] != images || file.Shape[1] < 1)
        {
            throw new JobException(
                JobErrorKind.Input, $"{path}: its shape is ({string.Join(", ", file.Shape)}), but {images} scores need ({images}, D).");
        }

        float[] values = new float[file.Length];
        file.Read(0, values);
        return Array.TrueForAll(values, float.IsFinite)
            ? new ClassTokens(values, (int)file.Shape[1])
            : throw new JobException(JobErrorKind.Input, $"{path}: a token is not a finite number.");
    }

    /// <summary>Runs a backbone on the images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="backbone">Its name or file.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">How it runs, but for the device.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">The backbone cannot be used, gives no class token, or an image cannot be read.</exception>
    public static ClassTokens Extract(
        IReadOnlyList<ImageFile> images, string backbone, string device, ExtractionOptions options, IProgress<JobProgress>? progress,
        CancellationToken cancellationToken)
    {
        using BackboneRun run = BackboneRun.Open(backbone, device, options);
        int channels = run.Extractor.Shape.ClassChannels;
        if (channels == 0)
        {
            throw new JobException(JobErrorKind.Usage, $"{run.Info.Name} gives no class token; choose another --backbone.");
        }

        PhaseProgress done = new(progress, JobPhase.Extract, images.Count);
        float[] values = new float[(long)images.Count * channels];
        int first = 0;
        try
        {
            foreach (ImageFile[] block in images.Chunk(BlockImages))
            {
                FeatureBlock features = run.Extractor.Extract(block, done.Add, cancellationToken);
                features.ClassTokens.CopyTo(values, first * channels);
                first += block.Length;
            }
        }
        catch (ImageFileException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }

        return new ClassTokens(values, channels);
    }

    /// <summary>The same tokens, each of unit norm; those of zero norm stay.</summary>
    public ClassTokens Normalized()
    {
        float[] values = [.. Values];
        for (int start = 0; start < values.Length; start += Channels)
        {
            Span<float> token = values.AsSpan(start, Channels);
            double squares = 0;
            foreach (float value in token)
            {
                squares += (double)value * value;
            }

            double scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
            foreach (ref float value in token)
            {
                value = (float)(value * scale);
            }
        }

        return this with { Values = values };
    }
}
