using System.Text;
using MuSc.Engine.Files;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Scoring;

namespace MuSc.Evaluation;

/// <summary>RsCIN on the scores of any method (docs/method.md, Rescoring; paper, Table 11).</summary>
public static class ExternalRescoring
{
    /// <summary>Rescores a table.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="tokens">The class tokens, in the order of the table.</param>
    /// <param name="windows">RsCIN's windows, each at least 1.</param>
    /// <returns>[N] in the order of the table.</returns>
    /// <exception cref="JobException">A window is not a number from 1 on, or there is no score.</exception>
    public static double[] Run(ExternalScores scores, ClassTokens tokens, IReadOnlyList<int> windows)
    {
        if (windows.Count == 0 || windows.Any(window => window < 1) || scores.Names.Count == 0)
        {
            throw new JobException(JobErrorKind.Usage, "RsCIN needs at least one score and windows that are numbers from 1 on.");
        }

        double[] rescored = new double[scores.Names.Count];
        RsCin.Rescore([.. scores.Names.Select(name => scores[name])], tokens.Values, tokens.Channels, windows, rescored);
        return rescored;
    }

    /// <summary>Finds the images of a table's names.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="images">Images by their names; the end of a name may do where it names one image only.</param>
    /// <exception cref="JobException">An image is absent, or its name could be one of several.</exception>
    public static IReadOnlyList<ImageFile> Match(ExternalScores scores, IReadOnlyList<ImageFile> images)
    {
        ILookup<string, ImageFile> byName = images.ToLookup(image => image.Name);
        return [.. scores.Names.Select(name =>
        {
            ImageFile[] found = [.. byName[name]];
            found = found.Length > 0 ? found : [.. images.Where(image => image.Name.EndsWith('/' + name, StringComparison.Ordinal))];
            return found.Length == 1 ? found[0] : throw new JobException(
                JobErrorKind.Input,
                found.Length == 0 ? $"There is no image '{name}', which has a score." : $"'{name}' could be {found[0].Name} or {found[1].Name}.");
        })];
    }

    /// <summary>Writes the table <c>image,score,score_before_rscin,rank</c>; it is whole or not there.</summary>
    /// <exception cref="JobException">The file cannot be written.</exception>
    public static void Write(string path, ExternalScores scores, double[] rescored)
    {
        int[] ranks = SetScores.Ranks(rescored);
        StringBuilder text = new("image,score,score_before_rscin,rank\r\n");
        for (int row = 0; row < rescored.Length; row++)
        {
            string name = scores.Names[row];
            text.Append(CultureInfo.InvariantCulture, $"{CsvCell.OfText(name)},{rescored[row]:R},{scores[name]:R},{ranks[row]}\r\n");
        }

        DiskError.Name(path, () => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString()))));
    }
}

/// <summary>Class tokens of a set of images.</summary>
/// <param name="Values">[N × D] row-major.</param>
/// <param name="Channels">D.</param>
public sealed record ClassTokens(float[] Values, int Channels)
{
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
    /// <param name="progress">Receives how many images are done.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">The backbone cannot be used, or gives no class token.</exception>
    /// <exception cref="ImageFileException">An image cannot be read.</exception>
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

        return new ClassTokens([.. run.Extractor.Extract(images, progress, cancellationToken).SelectMany(block => block.ClassTokens)], channels);
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
