using MuSc.Features.Backbones;

namespace MuSc.Cli.Commands;

/// <summary><c>musc inspect</c>: what a backbone says about itself and what it gives; or which devices are there.</summary>
internal static class InspectCommand
{
    public static MuscCommand Create(string name)
    {
        Argument<string?> backbone = new("backbone") { Description = "Name of an installed backbone, or an ONNX file.", Arity = ArgumentArity.ZeroOrOne };
        Option<int?> size = NewOption.Of<int?>("--size", "pixels", "Side of the image in pixels [default: the backbone's own]");
        Option<bool> devices = NewOption.Flag("--devices", "List what networks can run on here and what images can score each other on.");
        MuscCommand command = new MuscCommand(
            name,
            "Show what a backbone is and what it gives for one image, or which devices there are.",
            "musc inspect compact",
            "musc inspect vit.onnx --size 448 --json",
            "musc inspect --devices")
        {
            backbone, size, devices,
        }.Does(parsed =>
        {
            if (parsed.GetValue(devices))
            {
                return InspectedDevices.Outcome();
            }

            using BackboneRun run = BackboneRun.Open(parsed.GetValue(backbone)!, "cpu", new() { Size = parsed.GetValue(size), Threads = 1 });
            (BackboneInfo info, int side, FeatureShape shape) = (run.Info, run.Size, run.Extractor.Shape);
            return new(() => Json(info, side, shape), console => console.WriteFacts(Facts(info, side, shape)));
        });
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(devices) == parsed.GetValue(backbone) is not null)
            {
                parsed.AddError("Name one backbone, or give --devices.");
            }
        });
        return command;
    }

    /// <summary>Stages for people.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(IEnumerable<StageShape> stages) =>
        stages.Select((stage, at) => ($"Stage {at + 1}", $"{stage.Grid} × {stage.Grid} patches, {stage.Channels} channels"));

    /// <summary>Stages for machines.</summary>
    public static IEnumerable<object> Json(IEnumerable<StageShape> stages) => stages.Select(stage => new { stage.Grid, stage.Channels });

    private static IEnumerable<(string Name, string Value)> Facts(BackboneInfo info, int side, FeatureShape shape) =>
    [
        ("Name", info.Name),
        ("File", info.Path),
        ("SHA-256", info.Sha256),
        ("Source", info.Source),
        ("Licence", info.Licence),
        ("Patch", $"{info.Patch} pixels"),
        ("Size", $"{side} pixels{(side == info.DefaultSize ? ", its own" : $"; its own is {info.DefaultSize}")}"),
        ("Resizing", JsonOutput.Word(info.Resize)),
        ("Mean, deviation", $"{Numbers(info.Mean)}; {Numbers(info.Deviation)}"),
        .. Facts(shape.Stages),
        ("Class token", shape.ClassChannels > 0 ? $"{shape.ClassChannels} channels" : "none; scores are not rescored"),
    ];

    private static object Json(BackboneInfo info, int side, FeatureShape shape) => new
    {
        info.Name,
        File = info.Path,
        info.Sha256,
        info.Source,
        info.Licence,
        info.Patch,
        Size = side,
        info.DefaultSize,
        Resize = JsonOutput.Word(info.Resize),
        info.Mean,
        Std = info.Deviation,
        Stages = Json(shape.Stages),
        shape.ClassChannels,
    };

    private static string Numbers(IEnumerable<float> numbers) => string.Join(' ', numbers.Select(number => $"{number:0.####}"));
}
