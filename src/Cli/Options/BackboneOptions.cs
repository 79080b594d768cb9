using MuSc.Features.Backbones;

namespace MuSc.Cli;

/// <summary>Which network turns images into tokens, and where it runs.</summary>
internal sealed class BackboneOptions
{
    public Option<string> Name { get; } = new("--backbone", "-b")
    {
        Description = "Name of an installed backbone, or an ONNX file. The built-in 'compact' is for trying out; the paper's results need a larger one.",
        HelpName = "name|file",
        DefaultValueFactory = _ => "compact",
    };

    public Option<int?> Size { get; } = new("--size")
    {
        Description = "Side in pixels to which images are resized, a multiple of the backbone's patch [default: the backbone's own]",
        HelpName = "pixels",
    };

    public Option<int[]?> Stages { get; } = new("--stages")
    {
        Description = "Stages to use, counted from 1, such as 2,4 [default: all]",
        HelpName = "list",
        CustomParser = OptionParsers.Numbers,
        Arity = ArgumentArity.ExactlyOne,
    };

    public Option<string> Device { get; } = new("--device")
    {
        Description = "Where the network runs: cpu, cuda or cuda:n.",
        HelpName = "device",
        DefaultValueFactory = _ => "cpu",
    };

    public Option<int?> Threads { get; } = new("--threads", "-t")
    {
        Description = "Threads; never changes a result [default: one per processor]",
        HelpName = "n",
    };

    public Option<int> Batch { get; } = new("--batch")
    {
        Description = "Images in one run of the network; may change the last bits of a result.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    public BackboneOptions()
    {
        Threads.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        Batch.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        Size.Validators.Add(result => OptionParsers.AtLeast(result, 1));
    }

    public void AddTo(Command command)
    {
        command.Options.Add(Name);
        command.Options.Add(Size);
        command.Options.Add(Stages);
        command.Options.Add(Device);
        command.Options.Add(Threads);
        command.Options.Add(Batch);
    }

    /// <summary>How the backbone runs, but for the device.</summary>
    public ExtractionOptions Read(ParseResult parsed)
    {
        ExtractionOptions defaults = new();
        return defaults with
        {
            Size = parsed.GetValue(Size),
            Stages = parsed.Given(Stages),
            Threads = parsed.GetValue(Threads) ?? defaults.Threads,
            Batch = parsed.GetValue(Batch),
        };
    }
}
