using MuSc.Engine.Files;
using MuSc.Engine.Results;
using MuSc.Features.Images;

namespace MuSc.Engine.Exports;

/// <summary>Other programs' formats of results (docs/exports.md).</summary>
public enum ExportFormat
{
    /// <summary>COCO's annotations of objects: one JSON file, an annotation a region.</summary>
    Coco,

    /// <summary>Label Studio's tasks with predictions: one JSON file.</summary>
    LabelStudio,

    /// <summary>FiftyOne's dataset: a folder with samples, masks and heat maps.</summary>
    FiftyOne,

    /// <summary>One line an image: decision, score, regions.</summary>
    CsvSummary,
}

/// <summary>How COCO's annotations show a region.</summary>
public enum CocoSegmentation
{
    /// <summary>Compressed run lengths.</summary>
    Rle,

    /// <summary>Polygons on the borders of pixels.</summary>
    Polygon,
}

/// <summary>What is exported, and where to.</summary>
/// <param name="Format">The format.</param>
/// <param name="Output">The file, or for FiftyOne the folder.</param>
public sealed record ExportOptions(ExportFormat Format, string Output)
{
    /// <summary>What Label Studio's own server puts before the names of local files.</summary>
    public const string LocalFiles = "/data/local-files/?d=";

    /// <summary>Whether an earlier export is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>How COCO's annotations show a region.</summary>
    public CocoSegmentation Segmentation { get; init; }

    /// <summary>What stands before an image's name, of which special characters are escaped, in Label Studio's tasks.</summary>
    public string ImageUrl { get; init; } = LocalFiles;

    /// <summary>The folder below which the images lie, which FiftyOne shows; null where they are not needed.</summary>
    public string? Images { get; init; }
}

/// <summary>What was exported.</summary>
/// <param name="Output">The file or folder.</param>
/// <param name="Images">Images in it.</param>
/// <param name="LeftOut">Images that were not scored.</param>
public sealed record ExportSummary(string Output, int Images, int LeftOut);

/// <summary>Writes finished results in another program's format, image by image; what was there before stays until all is written.</summary>
public static class ResultsExport
{
    /// <summary>Exports.</summary>
    /// <param name="results">The results.</param>
    /// <param name="options">What, and where to.</param>
    /// <param name="progress">Told how many images are done, or null.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">There is no mask, the place is taken, or the disk does not take it.</exception>
    /// <exception cref="ImageFileException">A mask or map is damaged.</exception>
    public static ExportSummary Write(FinishedResults results, ExportOptions options, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        ExportedSet set = new(results, new PhaseProgress(progress, JobPhase.Write, results.Scored.Count), cancellationToken);
        switch (options.Format)
        {
            case ExportFormat.Coco:
                Save(options, stream => CocoExport.Write(set, options.Segmentation, stream));
                break;
            case ExportFormat.LabelStudio:
                Save(options, stream => LabelStudioExport.Write(set, options.ImageUrl, stream));
                break;
            case ExportFormat.CsvSummary:
                Save(options, stream => CsvSummaryExport.Write(set, stream));
                break;
            default:
                FiftyOneExport.Write(set, options);
                break;
        }

        return new(Path.GetFullPath(options.Output), results.Scored.Count, results.Lines.Count - results.Scored.Count);
    }

    private static void Save(ExportOptions options, Action<Stream> write)
    {
        string path = Path.GetFullPath(options.Output);
        if (Directory.Exists(path))
        {
            throw new JobException(JobErrorKind.Usage, $"{options.Output}: there is a folder of this name; choose another file by --out.");
        }

        if (File.Exists(path) && !options.Force)
        {
            throw new JobException(JobErrorKind.Usage, $"{options.Output}: the file exists; choose another one by --out, or replace it with --force.");
        }

        DiskError.Name(options.Output, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, write);
        });
    }
}
