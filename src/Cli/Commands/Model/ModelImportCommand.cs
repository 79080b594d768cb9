using MuSc.Features.Images;
using MuSc.Features.Import;
using MuSc.Features.Models;

namespace MuSc.Cli.Commands.Model;

/// <summary><c>musc model import</c>: a safetensors checkpoint to a backbone.</summary>
internal static class ModelImportCommand
{
    public static MuscCommand Create()
    {
        Argument<string> checkpoint = new("checkpoint") { Description = "The safetensors file." };
        Option<string> output = NewOption.Of<string>("--out, -o", "file", "The ONNX file to write.");
        output.Required = true;
        Option<string[]> configs = NewOption.Of<string[]>(
            "--config", "file", "JSON that came with the checkpoint: config.json, open_clip_config.json, preprocessor_config.json (may be repeated).");
        Option<int?> size = NewOption.Of<int?>("--size", "pixels", "Side of the input in pixels [default: the size it was trained at]");
        Option<int[]?> stages = NewOption.Numbers(
            "--stages", "Blocks after which tokens are taken, counted from 1, such as 6,12,18,24 [default: each quarter; all stages of a Swin]");
        Option<bool> half = Fp16();
        Option<Colour?> mean = Colours("--mean", "Mean of the pixels, over 0 … 1, one number or three.");
        Option<Colour?> deviation = Colours("--std", "Standard deviation of the pixels.");
        Option<ResizeFilter?> resize = Choice(
            "--resize", "How images are resized.", ("bicubic", ResizeFilter.Bicubic), ("bilinear", ResizeFilter.Bilinear));
        Option<int?> heads = NewOption.Of<int?>("--heads", "n", "Attention heads.");
        Option<Activation?> activation = Choice(
            "--activation", "Function of the MLP.", ("gelu", Activation.Gelu), ("quick_gelu", Activation.QuickGelu));
        Option<PositionResize?> positions = Choice(
            "--pos-embed", "How the position embedding is resized.", ("size", PositionResize.Size), ("scale", PositionResize.Scale));
        Option<bool?> stageNorm = Choice("--stage-norm", "Whether stage tokens pass the final norm.", ("on", true), ("off", false));
        Option<string?> name = NewOption.Of<string?>("--name", "name", "The backbone's name [default: the output file's]");
        Option<string?> source = NewOption.Of<string?>(
            "--source", "text", "Where the weights are from, for the record [default: the checkpoint's file name]");
        Option<string?> license = NewOption.Of<string?>(
            "--license", "text", "Their licence, for the record [default: the config's, or unknown]");
        Option<bool> force = NewOption.Flag("--force, -f", "Replace a file that is there.");
        return new MuscCommand(
            "import",
            "Turn a safetensors checkpoint (CLIP, DINO, DINOv2, ViT, Swin) into a backbone.",
            "musc model import model.safetensors --config config.json -o vit.onnx",
            "musc model import open_clip_model.safetensors --activation quick_gelu --size 518 --fp16 -o clip.onnx",
            "musc score photos -r --backbone vit.onnx")
        {
            checkpoint, output, configs, size, stages, half, mean, deviation, resize, heads, activation, positions, stageNorm, name, source, license, force,
        }.Does(async (parsed, cancellationToken) =>
        {
            ImportOptions import = new(parsed.GetValue(checkpoint)!, parsed.GetValue(output)!)
            {
                Configs = parsed.GetValue(configs) ?? [],
                Size = parsed.GetValue(size),
                Stages = parsed.GetValue(stages) ?? [],
                Half = parsed.GetValue(half),
                Mean = parsed.GetValue(mean),
                Deviation = parsed.GetValue(deviation),
                Resize = parsed.GetValue(resize),
                Heads = parsed.GetValue(heads),
                Activation = parsed.GetValue(activation),
                PositionResize = parsed.GetValue(positions),
                StageNorm = parsed.GetValue(stageNorm),
                Name = parsed.GetValue(name),
                Source = parsed.GetValue(source),
                License = parsed.GetValue(license),
            };
            if (File.Exists(import.Output) && !parsed.GetValue(force))
            {
                throw new JobException(JobErrorKind.Usage, $"{import.Output} is there already: give another name, or --force to replace it.");
            }

            await Sha256File.CheckAsync(import.Checkpoint, cancellationToken).ConfigureAwait(false);
            return Imported(await Task.Run(() => BackboneImporter.Import(import, cancellationToken), cancellationToken).ConfigureAwait(false));
        });
    }

    public static Option<bool> Fp16() => NewOption.Flag("--fp16", "Keep the weights as float16 in the file: half its size.");

    /// <summary>What is said at the end of an import.</summary>
    public static Outcome Imported(ImportedBackbone imported) => new(
        () => new
        {
            File = Path.GetFullPath(imported.Path),
            imported.Family,
            imported.Size,
            Stages = InspectCommand.Json(imported.Stages),
            Metadata = imported.Metadata.ToDictionary(),
        },
        console => console.WriteFacts(
        [
            ("File", imported.Path),
            ("Recognised as", imported.Family),
            ("Size", $"{imported.Size} pixels; another size needs another import"),
            .. InspectCommand.Facts(imported.Stages),
            .. imported.Metadata.Select(entry => (entry.Key, entry.Value)),
        ]));

    private static Option<Colour?> Colours(string name, string description) => NewOption.Of<Colour?>(name, "r,g,b", description, result =>
    {
        try
        {
            return Colour.Parse(result.Tokens[0].Value);
        }
        catch (FormatException error)
        {
            result.AddError($"{name}: {error.Message}; give for example 0.5 or 0.485,0.456,0.406.");
            return null;
        }
    });

    private static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct => NewOption.Of<T?>(name, string.Join('|', choices.Select(choice => choice.Word)), description, result =>
    {
        string word = result.Tokens[0].Value;
        int at = Array.FindIndex(choices, choice => choice.Word == word);
        if (at < 0)
        {
            result.AddError($"{name}: '{word}' is none of {string.Join(", ", choices.Select(choice => choice.Word))}.");
            return null;
        }

        return choices[at].Value;
    });
}
