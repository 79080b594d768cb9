using System.CommandLine.Parsing;
using MuSc.Features.Images;
using MuSc.Features.Import;

namespace MuSc.Cli.Commands.Model;

/// <summary>How a checkpoint is imported: what tensors and configs cannot tell, or what should be otherwise.</summary>
internal sealed class ImportOptionSet
{
    private readonly Option<string[]> _configs = new("--config")
    {
        Description = "JSON that came with the checkpoint: config.json, open_clip_config.json, preprocessor_config.json (may be repeated).",
        HelpName = "file",
    };

    private readonly Option<int?> _size = new("--size") { Description = "Side of the input in pixels [default: the size it was trained at]", HelpName = "pixels" };

    private readonly Option<int[]?> _stages = new("--stages")
    {
        Description = "Blocks after which tokens are taken, counted from 1, such as 6,12,18,24 [default: each quarter; all stages of a Swin]",
        HelpName = "list",
        CustomParser = OptionParsers.Numbers,
        Arity = ArgumentArity.ExactlyOne,
    };

    private readonly Option<bool> _half = new("--fp16") { Description = "Keep the weights as float16 in the file: half its size." };
    private readonly Option<Colour?> _mean = Colours("--mean", "Mean of the pixels, over 0 … 1, one number or three.");
    private readonly Option<Colour?> _deviation = Colours("--std", "Standard deviation of the pixels.");
    private readonly Option<ResizeFilter?> _resize = Choice("--resize", "How images are resized.", ("bicubic", ResizeFilter.Bicubic), ("bilinear", ResizeFilter.Bilinear));
    private readonly Option<int?> _heads = new("--heads") { Description = "Attention heads.", HelpName = "n" };
    private readonly Option<Activation?> _activation = Choice("--activation", "Function of the MLP.", ("gelu", Activation.Gelu), ("quick_gelu", Activation.QuickGelu));
    private readonly Option<PositionResize?> _positions = Choice("--pos-embed", "How the position embedding is resized.", ("size", PositionResize.Size), ("scale", PositionResize.Scale));
    private readonly Option<bool?> _stageNorm = Choice("--stage-norm", "Whether stage tokens pass the final norm.", ("on", true), ("off", false));
    private readonly Option<string?> _name = new("--name") { Description = "The backbone's name [default: the output file's]", HelpName = "name" };
    private readonly Option<string?> _source = new("--source") { Description = "Where the weights are from, for the record [default: the checkpoint's file name]", HelpName = "text" };
    private readonly Option<string?> _license = new("--license") { Description = "Their licence, for the record [default: the config's, or unknown]", HelpName = "text" };

    public void AddTo(Command command)
    {
        Option[] options = [_configs, _size, _stages, _half, _mean, _deviation, _resize, _heads, _activation, _positions, _stageNorm, _name, _source, _license];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }
    }

    public ImportOptions Read(ParseResult parsed, string checkpoint, string output) => new()
    {
        Checkpoint = checkpoint,
        Output = output,
        Configs = parsed.GetValue(_configs) ?? [],
        Size = parsed.GetValue(_size),
        Stages = parsed.GetValue(_stages) ?? [],
        Half = parsed.GetValue(_half),
        Mean = parsed.GetValue(_mean),
        Deviation = parsed.GetValue(_deviation),
        Resize = parsed.GetValue(_resize),
        Heads = parsed.GetValue(_heads),
        Activation = parsed.GetValue(_activation),
        PositionResize = parsed.GetValue(_positions),
        StageNorm = parsed.GetValue(_stageNorm),
        Name = parsed.GetValue(_name),
        Source = parsed.GetValue(_source),
        License = parsed.GetValue(_license),
    };

    private static Option<Colour?> Colours(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "r,g,b",
        CustomParser = result =>
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
        },
    };

    private static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(choice => choice.Word)),
            CustomParser = result => Chosen(result, name, choices),
        };

    private static T? Chosen<T>(ArgumentResult result, string name, (string Word, T Value)[] choices)
        where T : struct
    {
        foreach ((string word, T value) in choices)
        {
            if (word == result.Tokens[0].Value)
            {
                return value;
            }
        }

        result.AddError($"{name}: '{result.Tokens[0].Value}' is none of {string.Join(", ", choices.Select(choice => choice.Word))}.");
        return null;
    }
}
