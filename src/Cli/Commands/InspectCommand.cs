using System.Text.Json;
using MuSc.Features;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Cli.Commands;

/// <summary><c>musc inspect</c>: what a backbone says about itself and what it gives.</summary>
internal static class InspectCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "inspect",
            "Show what a backbone is and what it gives for one image.",
            "musc inspect compact",
            "musc inspect vit.onnx --size 448 --json");
        Argument<string> backbone = new("backbone") { Description = "Name of an installed backbone, or an ONNX file." };
        Option<int?> size = new("--size") { Description = "Side of the image in pixels [default: the backbone's own]", HelpName = "pixels" };
        CommonOptions common = new();
        command.Arguments.Add(backbone);
        command.Options.Add(size);
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            BackboneInfo info = Backbone.Open(parsed.GetValue(backbone)!);
            int side = parsed.GetValue(size) ?? info.DefaultSize;
            using OnnxFeatureExtractor extractor = new(info, new ExtractionOptions { Size = side, Threads = 1 });
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(json => WriteJson(json, info, side, extractor.Shape));
            }
            else
            {
                FactTable.Write(Facts(info, side, extractor.Shape), Consoles.Results());
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<(string Name, string Value)> Facts(BackboneInfo info, int side, FeatureShape shape)
    {
        yield return ("Name", info.Name);
        yield return ("File", info.Path);
        yield return ("SHA-256", info.Sha256);
        yield return ("Source", info.Source);
        yield return ("Licence", info.Licence);
        yield return ("Patch", $"{info.Patch} pixels");
        yield return ("Size", $"{side} pixels{(side == info.DefaultSize ? ", its own" : $"; its own is {info.DefaultSize}")}");
        yield return ("Resizing", info.Resize == ResizeFilter.Bicubic ? "bicubic" : "bilinear");
        yield return ("Mean, deviation", $"{Numbers(info.Mean)}; {Numbers(info.Deviation)}");
        for (int stage = 0; stage < shape.Stages.Count; stage++)
        {
            StageShape given = shape.Stages[stage];
            yield return ($"Stage {stage + 1}", $"{given.Grid} × {given.Grid} patches, {given.Channels} channels");
        }

        yield return ("Class token", shape.ClassChannels > 0 ? $"{shape.ClassChannels} channels" : "none; scores are not rescored");
    }

    private static void WriteJson(Utf8JsonWriter json, BackboneInfo info, int side, FeatureShape shape)
    {
        json.WriteString("name", info.Name);
        json.WriteString("file", info.Path);
        json.WriteString("sha256", info.Sha256);
        json.WriteString("source", info.Source);
        json.WriteString("licence", info.Licence);
        json.WriteNumber("patch", info.Patch);
        json.WriteNumber("size", side);
        json.WriteNumber("default_size", info.DefaultSize);
        json.WriteString("resize", info.Resize == ResizeFilter.Bicubic ? "bicubic" : "bilinear");
        WriteNumbers(json, "mean", info.Mean);
        WriteNumbers(json, "std", info.Deviation);
        json.WriteStartArray("stages");
        foreach (StageShape stage in shape.Stages)
        {
            json.WriteStartObject();
            json.WriteNumber("grid", stage.Grid);
            json.WriteNumber("channels", stage.Channels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("class_channels", shape.ClassChannels);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<float> numbers)
    {
        json.WriteStartArray(name);
        foreach (float number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static string Numbers(IEnumerable<float> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("0.####", CultureInfo.InvariantCulture)));
}
