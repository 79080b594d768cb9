using MuSc.Features.Backbones;
using MuSc.Features.Import;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model pull</c>: a model of the catalogue, downloaded, checked and imported.</summary>
internal static class ModelPullCommand
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    public static MuscCommand Create()
    {
        Argument<string> name = new("name") { Description = "A name that 'musc model list' shows." };
        Option<int?> size = NewOption.Of<int?>("--size", "pixels", "Side of the input in pixels [default: the authors' setting]");
        Option<bool> half = ModelImportCommand.Fp16();
        return new MuscCommand(
            "pull",
            "Download a model of the catalogue, check it, and install it as a backbone (in MUSC_HOME, or ~/.cache/musc).",
            "musc model pull dinov2-vitb14",
            "musc model pull clip-vit-l14-336 --fp16",
            "musc score photos -r --backbone dinov2-vitb14")
        {
            name, size, half,
        }.Does(async (parsed, cancellationToken) =>
        {
            ModelEntry model = ModelCatalogue.Find(parsed.GetValue(name)!);
            using HttpClient client = new() { Timeout = s_longestWait };
            client.DefaultRequestHeaders.UserAgent.ParseAdd("musc");
            ModelInstaller installer = new(BackboneFolder.Installed, new FileDownload(client, TimeProvider.System));
            ImportedBackbone imported = await DownloadView.RunAsync(
                model.Name,
                progress => installer.InstallAsync(model, parsed.GetValue(size), parsed.GetValue(half), progress, cancellationToken)).ConfigureAwait(false);
            if (model.Sha256 is null)
            {
                await Console.Error.WriteLineAsync(
                    $"No reliable source tells the checksum of {model.Name}; the one of this download is kept for 'musc model verify'.").ConfigureAwait(false);
            }

            return ModelImportCommand.Imported(imported);
        });
    }
}
