using System.CommandLine.Parsing;
using MuSc.Engine.Exports;
using MuSc.Engine.Results;

namespace MuSc.Cli.Commands;

/// <summary><c>musc export</c>: writes finished results in the form that another program reads.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, (ExportFormat Format, string Output)> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["coco"] = (ExportFormat.Coco, "musc-coco.json"),
        ["label-studio"] = (ExportFormat.LabelStudio, "musc-label-studio.json"),
        ["fiftyone"] = (ExportFormat.FiftyOne, "musc-fiftyone"),
        ["csv-summary"] = (ExportFormat.CsvSummary, "musc-summary.csv"),
    };

    public static MuscCommand Create(string name)
    {
        Argument<string> results = new("results") { Description = "Folder of finished results, with masks.", Validators = { OptionParsers.NoOptions } };
        Option<string> format = NewOption.Of("--format", string.Join('|', Formats.Keys), "What to write (docs/exports.md).", ParseFormat);
        format.Required = true;
        Option<string?> output = NewOption.Of<string?>("--out, -o", "path", "The file, or for fiftyone the folder [default: musc-coco.json and the like]");
        Option<bool> force = NewOption.Flag("--force, -f", "Replace an earlier export.");
        Option<CocoSegmentation> segmentation = NewOption.Of<CocoSegmentation>(
            "--segmentation", "rle|polygon", "How coco shows regions: rle (run lengths) or polygon.");
        Option<string> imageUrl = NewOption.Of(
            "--image-url", "prefix", "What label-studio puts before the names of images.", byDefault: ExportOptions.LocalFiles);
        Option<string?> images = NewOption.Of<string?>("--images", "folder", "For fiftyone: the folder below which the images lie.");
        return new MuscCommand(
            name,
            "Write finished results for other programs: COCO, Label Studio, FiftyOne, or one line an image.",
            "musc export musc-results --format coco --out anomalies.json",
            "musc export musc-results --format label-studio --image-url https://files.example/photos/",
            "musc export musc-results --format fiftyone --images photos --out dataset")
        {
            results, format, output, force, segmentation, imageUrl, images,
        }.Does(async (parsed, cancellationToken) =>
        {
            (ExportFormat chosen, string usual) = Formats[parsed.GetRequiredValue(format)];
            ExportOptions options = new(chosen, parsed.GetValue(output) ?? usual)
            {
                Force = parsed.GetValue(force),
                Segmentation = parsed.GetValue(segmentation),
                ImageUrl = parsed.GetValue(imageUrl)!,
                Images = parsed.GetValue(images),
            };
            FinishedResults finished = FinishedResults.Open(parsed.GetRequiredValue(results));
            ExportSummary written = await ProgressView.RunAsync(
                progress => ResultsExport.Write(finished, options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new(
                () => written,
                console => console.WriteLine(Printable.Of(
                    $"{written.Images:N0} images exported{(written.LeftOut > 0 ? $", {written.LeftOut:N0} left out" : "")}: {written.Output}")));
        });
    }

    private static string ParseFormat(ArgumentResult result)
    {
        string given = result.Tokens[0].Value;
        if (!Formats.ContainsKey(given))
        {
            result.AddError($"'{given}' is no format; give {string.Join(", ", Formats.Keys)}.");
        }

        return given;
    }
}
