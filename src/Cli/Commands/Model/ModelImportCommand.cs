using MuSc.Features.Import;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model import</c>: a safetensors checkpoint to a backbone.</summary>
internal static class ModelImportCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "import",
            "Turn a safetensors checkpoint (CLIP, DINO, DINOv2, ViT, Swin) into a backbone.",
            "musc model import model.safetensors --config config.json -o vit.onnx",
            "musc model import open_clip_model.safetensors --activation quick_gelu --size 518 --fp16 -o clip.onnx",
            "musc score photos -r --backbone vit.onnx");
        Argument<string> checkpoint = new("checkpoint") { Description = "The safetensors file." };
        Option<string> output = new("--out", "-o") { Description = "The ONNX file to write.", HelpName = "file", Required = true };
        Option<bool> force = new("--force", "-f") { Description = "Replace a file that is there." };
        ImportOptionSet options = new();
        CommonOptions common = new();
        command.Arguments.Add(checkpoint);
        command.Options.Add(output);
        options.AddTo(command);
        command.Options.Add(force);
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ImportOptions import = options.Read(parsed, parsed.GetValue(checkpoint)!, parsed.GetValue(output)!);
            if (File.Exists(import.Output) && !parsed.GetValue(force))
            {
                throw new JobException(JobErrorKind.Usage, $"{import.Output} is there already: give another name, or --force to replace it.");
            }

            ImportedBackbone imported = await Task.Run(() => BackboneImporter.Import(import, cancellationToken), cancellationToken).ConfigureAwait(false);
            ImportedFacts.Write(imported, parsed.GetValue(common.Json));
            return ExitCode.Done;
        });
        return command;
    }
}
