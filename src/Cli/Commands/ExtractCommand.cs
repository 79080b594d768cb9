using MuSc.Engine.Local;
using MuSc.Features;

namespace MuSc.Cli.Commands;

/// <summary><c>musc extract</c>: images to arrays of tokens.</summary>
internal static class ExtractCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "extract",
            "Turn images into arrays of tokens, for other programs or for 'musc score --tokens'.",
            "musc extract photos -r --out tokens",
            "musc extract photos --backbone vit.onnx --size 448 --stages 2,4 --fp16 --out tokens",
            "musc score --tokens tokens/tokens.npy --class-tokens tokens/class_tokens.npy --names tokens/images.txt --size 224");
        ImageOptions images = new();
        BackboneOptions backbone = new();
        Option<string> folder = new("--out", "-o")
        {
            Description = "Folder for tokens.npy [stages × N × (1+P) × C], class_tokens.npy [N × D] and images.txt.",
            HelpName = "dir",
            DefaultValueFactory = _ => "musc-tokens",
        };
        Option<bool> half = new("--fp16") { Description = "Write tokens as float16 rather than float32." };
        Option<bool> force = new("--force", "-f") { Description = "Replace an output folder that is not empty." };
        CommonOptions common = new();
        images.AddTo(command);
        backbone.AddTo(command);
        command.Options.Add(folder);
        command.Options.Add(half);
        command.Options.Add(force);
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TokenExportSpec spec = new()
            {
                Images = images.Resolve(parsed),
                Backbone = parsed.GetValue(backbone.Name)!,
                Device = parsed.GetValue(backbone.Device)!,
                Options = backbone.Read(parsed) with { ApplyExif = parsed.GetValue(images.Exif) },
                SkipBad = parsed.GetValue(images.SkipBad),
                HalfPrecision = parsed.GetValue(half),
                Folder = parsed.GetValue(folder)!,
                Force = parsed.GetValue(force),
            };
            TokenExportResult done = await Consoles.Progress().RunAsync(
                progress => Task.Run(() => TokenExport.Run(spec, progress.Report, cancellationToken), cancellationToken)).ConfigureAwait(false);
            if (parsed.GetValue(common.Json))
            {
                WriteJson(done);
            }
            else
            {
                Write(done);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(TokenExportResult done)
    {
        IAnsiConsole console = Consoles.Results();
        foreach ((string name, string reason) in done.Skipped)
        {
            console.WriteLine($"Left out: {name}: {reason}");
        }

        StageShape stage = done.Shape.Stages[0];
        console.WriteLine($"{Path.Combine(done.Folder, "tokens.npy")} [{done.Shape.Stages.Count} × {done.Images.Count} × {1 + stage.Patches} × {stage.Channels}]");
        if (done.Shape.ClassChannels > 0)
        {
            console.WriteLine($"{Path.Combine(done.Folder, "class_tokens.npy")} [{done.Images.Count} × {done.Shape.ClassChannels}]");
        }
    }

    private static void WriteJson(TokenExportResult done) => JsonOutput.Write(json =>
    {
        StageShape stage = done.Shape.Stages[0];
        json.WriteString("folder", done.Folder);
        json.WriteNumber("images", done.Images.Count);
        json.WriteNumber("stages", done.Shape.Stages.Count);
        json.WriteNumber("grid", stage.Grid);
        json.WriteNumber("channels", stage.Channels);
        json.WriteNumber("class_channels", done.Shape.ClassChannels);
        json.WriteStartArray("skipped");
        foreach ((string name, string reason) in done.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("image", name);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
