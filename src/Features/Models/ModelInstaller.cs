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

    /// <summary>The checkpoint's file. One that was put there by hand is used if it is the right one.</summary>
    public string CheckpointPath(ModelEntry model) => Path.Combine(folder, "checkpoints", $"{model.Name}.safetensors");

    /// <summary>The file that keeps the SHA-256 of the first pull, of a model for which no source states one. It stays when checkpoint and backbone go.</summary>
    public string RecordPath(ModelEntry model) => Sha256File.RecordOf(folder, model.Name);

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
        await FetchAsync(model, progress, cancellationToken).ConfigureAwait(false);
        ImportOptions options = new(
            CheckpointPath(model), BackbonePath(model), size ?? model.Size, half,
            Activation: model.Activation, Source: model.Address.ToString(), License: model.License);
        ImportedBackbone imported = await Task.Run(() => BackboneImporter.Import(options, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (string file in BackboneFolder.FilesOf(imported.Path))
        {
            await Sha256File.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return imported;
    }

    // The checkpoint lies in its place, and is what it was at the first pull.
    private async Task FetchAsync(ModelEntry model, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string checkpoint = CheckpointPath(model);
        string record = RecordPath(model);
        string? first = model.Sha256 is null ? await Sha256File.ReadAsync(record, cancellationToken).ConfigureAwait(false) : null;
        string remedy = first is null
            ? $"Put the file of {model.Address} there, or remove it and run this again."
            : $"If the publisher has replaced the file and you trust the new one, delete {record}, which keeps that of the first pull, and run this again; else remove {checkpoint} and run this again.";
        string found;
        if (File.Exists(checkpoint))
        {
            found = await Sha256File.ComputeAsync(checkpoint, cancellationToken).ConfigureAwait(false);
            Sha256File.Compare(checkpoint, found, await Sha256File.ReadAsync(Sha256File.Beside(checkpoint), cancellationToken).ConfigureAwait(false));
            if ((model.Sha256 ?? first) is { } expected && found != expected)
            {
                throw new ModelException($"{checkpoint} has the SHA-256 {found}; {model.Name} has {expected}. {remedy}");
            }
        }
        else
        {
            found = await download.DownloadAsync(model.Address, checkpoint, model.Sha256 ?? first, first is null ? null : remedy, progress, cancellationToken).ConfigureAwait(false);
            await Sha256File.WriteAsync(Sha256File.Beside(checkpoint), found, checkpoint, cancellationToken).ConfigureAwait(false);
        }

        if (model.Sha256 is null && first is null)
        {
            await Sha256File.WriteAsync(record, found, checkpoint, cancellationToken).ConfigureAwait(false);
        }
    }
}
