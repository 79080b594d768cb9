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
    /// <param name="progress">Told as bytes arrive.</param>
    /// <param name="cancellationToken">Stops; a part of a download is kept for the next time.</param>
    /// <exception cref="ModelException">The checkpoint cannot be had or is not the right one.</exception>
    /// <exception cref="ImportException">It cannot be imported, for example for an impossible size.</exception>
    public async Task<ImportedBackbone> InstallAsync(
        ModelEntry model, int? size, bool half, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        string checkpoint = CheckpointPath(model);
        if (File.Exists(checkpoint))
        {
            await CheckAsync(model, checkpoint, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await DownloadAsync(model, checkpoint, progress, cancellationToken).ConfigureAwait(false);
        }

        ImportOptions options = new()
        {
            Checkpoint = checkpoint,
            Output = BackbonePath(model),
            Size = size ?? model.Size,
            Half = half,
            Activation = model.Activation,
            Source = model.Address.ToString(),
            License = model.License,
        };
        ImportedBackbone imported = await Task.Run(() => BackboneImporter.Import(options, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (string file in ((string[])[imported.Path, imported.Path + Backbone.DataSuffix]).Where(File.Exists))
        {
            await Sha256File.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        }

        return imported;
    }

    private async Task DownloadAsync(ModelEntry model, string checkpoint, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        await download.DownloadAsync(model.Address, checkpoint, model.Sha256, progress, cancellationToken).ConfigureAwait(false);

        // Where no publisher tells the checksum, the one of the first download is kept, so that later damage shows.
        await Sha256File.WriteAsync(checkpoint, cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckAsync(ModelEntry model, string checkpoint, CancellationToken cancellationToken)
    {
        string found = await Sha256File.ComputeAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        if (model.Sha256 is not null && found != model.Sha256)
        {
            throw new ModelException(
                $"{checkpoint} has the SHA-256 {found}; {model.Name} has {model.Sha256}. Remove it and run this again, or put the file of {model.Address} there.");
        }
    }
}
