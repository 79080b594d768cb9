using System.Security.Cryptography;
using MuSc.Features.Backbones;
using MuSc.Features.Import;

namespace MuSc.Features.Models;

/// <summary>Brings models of the catalogue into a folder: <c>NAME.onnx</c>, and the checkpoint it came from in <c>checkpoints/</c>.</summary>
/// <param name="folder">Where installed backbones lie (<see cref="BackboneFolder.Installed"/>).</param>
/// <param name="download">How files are fetched.</param>
public sealed class ModelInstaller(string folder, FileDownload download)
{
    /// <summary>The backbone's file.</summary>
    public string BackbonePath(ModelEntry model) => Path.Combine(folder, $"{model.Name}.onnx");

    /// <summary>The checkpoint's file. One that was put there by hand is taken as it is.</summary>
    public string CheckpointPath(ModelEntry model) => Path.Combine(folder, "checkpoints", $"{model.Name}.safetensors");

    /// <summary>Downloads the checkpoint unless it is there, checks it, and imports it.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="size">Side of the input in pixels, or the model's own.</param>
    /// <param name="half">Whether the backbone keeps its weights as float16.</param>
    /// <param name="progress">Receives reports as bytes arrive.</param>
    /// <param name="cancellationToken">Stops; a part of a download is kept for the next time.</param>
    /// <exception cref="ModelException">The checkpoint cannot be downloaded or is not the right one.</exception>
    /// <exception cref="ImportException">It cannot be imported, for example for an impossible size.</exception>
    public async Task<ImportedBackbone> InstallAsync(
        ModelEntry model, int? size, bool half, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string checkpoint = CheckpointPath(model);
        if (File.Exists(checkpoint))
        {
            string found = await Sha256File.ComputeAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            if (model.Sha256 is not null && found != model.Sha256)
            {
                throw new ModelException(
                    $"{checkpoint} has the SHA-256 {found}; {model.Name} has {model.Sha256}. Remove it and run this again, or put the file of {model.Address} there.");
            }
        }
        else
        {
            await download.DownloadAsync(model.Address, checkpoint, model.Sha256, progress, cancellationToken).ConfigureAwait(false);

            // Where no publisher states the checksum, the one of the first download is kept, so that later damage shows.
            await Sha256File.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        }

        ImportOptions options = new(
            checkpoint, BackbonePath(model), size ?? model.Size, half,
            Activation: model.Activation, Source: model.Address.ToString(), License: model.License);
        ImportedBackbone imported = await Task.Run(() => BackboneImporter.Import(options, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (string file in BackboneFolder.FilesOf(imported.Path))
        {
            await Sha256File.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return imported;
    }
}

/// <summary>Checks installed backbones and checkpoints against their checksums.</summary>
public static class ModelVerifier
{
    /// <summary>Checks every file of a folder of installed backbones, or those of some names.</summary>
    /// <param name="folder">Where installed backbones lie.</param>
    /// <param name="names">Names without endings; none for all.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="ModelException">A name is not installed.</exception>
    public static async Task<IReadOnlyList<ModelCheck>> VerifyAsync(string folder, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        string[] files = [.. Files(folder, "*.onnx").SelectMany(BackboneFolder.FilesOf), .. Files(Path.Combine(folder, "checkpoints"), "*.safetensors")];
        if (names.FirstOrDefault(name => !files.Any(file => NameOf(file) == name)) is { } absent)
        {
            throw new ModelException($"'{absent}' is not installed in {folder}.");
        }

        List<ModelCheck> checks = [];
        foreach (string file in files.Where(file => names.Count == 0 || names.Contains(NameOf(file))))
        {
            string? expected = Published(file) ?? await Sha256File.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            string found = await Sha256File.ComputeAsync(file, cancellationToken).ConfigureAwait(false);
            checks.Add(new ModelCheck(file, expected is null ? ModelState.Unknown : expected == found ? ModelState.Intact : ModelState.Damaged, found));
        }

        return checks;
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file.EndsWith(Backbone.DataSuffix, StringComparison.Ordinal)
        ? file[..^Backbone.DataSuffix.Length]
        : file);

    private static string? Published(string file) => Path.GetExtension(file) == ".safetensors"
        ? ModelCatalogue.Models.FirstOrDefault(model => model.Name == Path.GetFileNameWithoutExtension(file))?.Sha256
        : null;

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}

/// <summary>What a check of one installed file found.</summary>
/// <param name="Path">The file.</param>
/// <param name="State">Whether it is as it was published or written.</param>
/// <param name="Sha256">What it holds.</param>
public sealed record ModelCheck(string Path, ModelState State, string Sha256);

/// <summary>Whether a file is as it should be.</summary>
public enum ModelState
{
    /// <summary>It has the checksum that its publisher gives, or that was written when it was made here.</summary>
    Intact,

    /// <summary>It has another checksum.</summary>
    Damaged,

    /// <summary>Its checksum is unknown: it was put there by hand, and its publisher gives none.</summary>
    Unknown,
}

/// <summary>Checksums of files, and the small files beside them that keep one (as <c>sha256sum</c> writes and checks them).</summary>
public static class Sha256File
{
    private const int Digits = 64;

    /// <summary>SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    public static async Task<string> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes a file's checksum beside it.</summary>
    public static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        string sum = await ComputeAsync(path, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(path + ".sha256", $"{sum}  {Path.GetFileName(path)}\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The checksum that was written beside a file, or none.</summary>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string beside = path + ".sha256";
        string text = File.Exists(beside) ? await File.ReadAllTextAsync(beside, cancellationToken).ConfigureAwait(false) : string.Empty;
        return text.Length >= Digits ? text[..Digits] : null;
    }
}
