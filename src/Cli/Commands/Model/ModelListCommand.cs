using System.Text.Json;
using MuSc.Features.Backbones;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model list</c>: the paper's backbones, and which are installed.</summary>
internal static class ModelListCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "list",
            "List the paper's backbones: address, checksum, size, licence, published AUROC.",
            "musc model list",
            "musc model list --json");
        CommonOptions common = new();
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> installed = BackboneFolder.Names();
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(json => WriteJson(json, installed));
            }
            else
            {
                Write(installed, Consoles.Results());
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<string> installed, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple);
        table.AddColumns("Name", "Network", "Pixels", "Download", "Licence", "MVTec AD", "VisA", "Installed");
        foreach (ModelEntry model in ModelCatalogue.Models)
        {
            string[] cells =
            [
                model.Name,
                model.Title,
                model.Size.ToString(CultureInfo.InvariantCulture),
                $"{model.ApproximateBytes / 1e6:N0} MB",
                model.License,
                Pair(model.Published?.MvtecImage, model.Published?.MvtecPixel),
                Pair(model.Published?.VisaImage, model.Published?.VisaPixel),
                installed.Contains(model.Name) ? "yes" : "",
            ];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        console.Write(table);
        console.WriteLine("MVTec AD, VisA: AUROC of images and pixels in percent, as the authors' code gave at that size. – : not published there.");
        console.WriteLine();
        foreach (ModelEntry model in ModelCatalogue.Models)
        {
            console.WriteLine($"{model.Name}: {model.Address}");
            console.WriteLine($"  SHA-256 {model.Sha256 ?? "unknown: no reliable source tells it"}{(model.Note.Length > 0 ? $". {model.Note}" : "")}");
        }
    }

    private static string Pair(double? image, double? pixel) => image is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{image:0.0} / {pixel:0.0}");

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<string> installed)
    {
        json.WriteString("folder", BackboneFolder.Installed);
        json.WriteStartArray("models");
        foreach (ModelEntry model in ModelCatalogue.Models)
        {
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            json.WriteString("title", model.Title);
            json.WriteString("address", model.Address.ToString());
            json.WriteString("sha256", model.Sha256);
            json.WriteNumber("bytes", model.ApproximateBytes);
            json.WriteString("licence", model.License);
            json.WriteNumber("size", model.Size);
            json.WriteBoolean("installed", installed.Contains(model.Name));
            if (model.Published is { } published)
            {
                json.WriteStartObject("published_auroc");
                json.WriteNumber("mvtec_image", published.MvtecImage);
                json.WriteNumber("mvtec_pixel", published.MvtecPixel);
                json.WriteNumber("visa_image", published.VisaImage);
                json.WriteNumber("visa_pixel", published.VisaPixel);
                json.WriteEndObject();
            }

            json.WriteString("note", model.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
