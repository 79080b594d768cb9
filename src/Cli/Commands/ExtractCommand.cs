using MuSc.Engine.Local;
using MuSc.Features.Backbones;

namespace MuSc.Cli.Commands;

/// <summary><c>musc extract</c>: images to arrays of tokens.</summary>
internal static class ExtractCommand
{
    public static MuscCommand Create(string name)
    {
        ImageOptions images = new();
        BackboneOptions backbone = new();
        Option<string> folder = NewOption.Of(
            "--out, -o", "dir", "Folder for tokens.npy [stages × N × (1+P) × C], class_tokens.npy [N × D] and images.txt.", byDefault: "musc-tokens");
        Option<bool> half = NewOption.Flag("--fp16", "Write tokens as float16 rather than float32.");
        Option<bool> force = NewOption.Flag("--force, -f", "Replace an output folder that holds what an earlier run wrote.");
        return new MuscCommand(
            name,
            "Turn images into arrays of tokens, for other programs or for 'musc score --tokens'.",
            "musc extract photos -r --out tokens",
            "musc extract photos --backbone vit.onnx --size 448 --stages 2,4 --fp16 --out tokens",
            "musc score --tokens tokens/tokens.npy --class-tokens tokens/class_tokens.npy --names tokens/images.txt --size 224")
        {
            images.Inputs, images.All, backbone.All, folder, half, force,
        }.Does(async (parsed, cancellationToken) =>
        {
            TokenExportSpec spec = new(
                images.Resolve(parsed), parsed.GetValue(folder)!, parsed.GetValue(backbone.Name)!, parsed.GetValue(backbone.Device)!,
                parsed.GetValue(images.SkipBad), parsed.GetValue(half), parsed.GetValue(force))
            {
                Options = backbone.Extraction(parsed, parsed.GetValue(images.Exif)),
            };
            TokenExportResult done = await ProgressView.RunAsync(
                progress => TokenExport.Run(spec, progress.Report, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new(() => Json(done), console => Write(done, console));
        });
    }

    private static void Write(TokenExportResult done, IAnsiConsole console)
    {
        foreach ((string name, string reason) in done.Skipped)
        {
            console.WriteLine(Printable.Of($"Left out: {name}: {reason}"));
        }

        (int stages, StageShape stage) = (done.Shape.Stages.Count, done.Shape.Stages[0]);
        console.WriteLine($"{Path.Combine(done.Folder, "tokens.npy")} [{stages} × {done.Images.Count} × {1 + stage.Patches} × {stage.Channels}]");
        if (done.Shape.ClassChannels > 0)
        {
            console.WriteLine($"{Path.Combine(done.Folder, "class_tokens.npy")} [{done.Images.Count} × {done.Shape.ClassChannels}]");
        }
    }

    private static object Json(TokenExportResult done) => new
    {
        done.Folder,
        Images = done.Images.Count,
        Stages = done.Shape.Stages.Count,
        done.Shape.Stages[0].Grid,
        done.Shape.Stages[0].Channels,
        done.Shape.ClassChannels,
        Skipped = done.Skipped.Select(skipped => new { Image = skipped.Name, skipped.Reason }),
    };
}
