using System.Text.Json;
using MuSc.Features.Backbones;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model list</c>: the paper's backbones, and which are installed.</summary>
internal static class ModelListCommand
{
    public static MuscCommand Create() => new MuscCommand(
        "list",
        "List the paper's backbones: address, checksum, size, licence, published AUROC.",
        "musc model list",
        "musc model list --json").Does(_ =>
    {
        IReadOnlyList<string> installed = BackboneFolder.Names();
        return new(() => Json(installed), console => Write(installed, console));
    });

    private static void Write(IReadOnlyList<string> installed, IAnsiConsole console)
    {
        string[] columns = ["Name", "Network", "Pixels", "Download", "Licence", "MVTec AD", "VisA", "Installed"];
        console.WriteTable(null, columns.Select(Tables.Words), ModelCatalogue.Models.Select(model => (string[])
        [
            model.Name,
            model.Title,
            $"{model.Size}",
            $"{model.ApproximateBytes / 1e6:N0} MB",
            model.License,
            Pair(model.Published?.MvtecImage, model.Published?.MvtecPixel),
            Pair(model.Published?.VisaImage, model.Published?.VisaPixel),
            installed.Contains(model.Name) ? "yes" : "",
        ]));
        console.WriteLine("MVTec AD, VisA: AUROC of images and pixels in percent, as the authors' code gave at that size. – : not published there.");
        console.WriteLine();
        foreach (ModelEntry model in ModelCatalogue.Models)
        {
            console.WriteLine($"{model.Name}: {model.Address}");
            console.WriteLine($"  SHA-256 {model.Sha256 ?? "of the first pull is kept: no source states one"}{(model.Note.Length > 0 ? $". {model.Note}" : "")}");
        }
    }

    private static string Pair(double? image, double? pixel) => image is null ? "–" : $"{image:0.0} / {pixel:0.0}";

    private static object Json(IReadOnlyList<string> installed) => new
    {
        Folder = BackboneFolder.Installed,
        Models = ModelCatalogue.Models.Select(model => new
        {
            model.Name,
            model.Title,
            Address = model.Address.ToString(),
            // There also where it is null.
            Sha256 = JsonSerializer.SerializeToElement(model.Sha256),
            Bytes = model.ApproximateBytes,
            Licence = model.License,
            model.Size,
            Installed = installed.Contains(model.Name),
            PublishedAuroc = model.Published,
            model.Note,
        }),
    };
}
