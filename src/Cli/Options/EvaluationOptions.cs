using MuSc.Evaluation;
using MuSc.Evaluation.Studies;

namespace MuSc.Cli;

/// <summary>What is evaluated, and what is compared.</summary>
internal sealed class EvaluationOptions
{
    public DataSetOptions DataSet { get; } = new();

    public BackboneOptions Backbone { get; } = new();

    public MethodOptions Method { get; } = new();

    public Option<long?> Memory { get; } = new("--memory")
    {
        Description = "Memory to plan scoring and ablations for, such as 4G; features and maps of a category come first [default: what is fastest]",
        HelpName = "bytes",
        CustomParser = OptionParsers.Bytes,
    };

    public Option<bool> Exif { get; } = new("--exif") { Description = "Turn images as their EXIF orientation says; by default they are taken as stored." };

    public Option<SplitRule> Split { get; } = new("--split")
    {
        Description = "How --subsets are made: seed (a shuffle) or authors (each kind of defect dealt out in turn, that is, by label).",
        HelpName = "seed|authors",
    };

    public Option<string[]> Ablate { get; } = new("--ablate")
    {
        Description = $"Ablations to run beside, from the same features: {string.Join(", ", StudyCatalogue.Keys)}, or all.",
        HelpName = "names",
    };

    public Option<int[]?> Shots { get; } = new("--shots")
    {
        Description = "Numbers of normal training images to compare as references, such as 0,1,2,4.",
        HelpName = "list",
        CustomParser = OptionParsers.Numbers,
        Arity = ArgumentArity.ExactlyOne,
    };

    public Option<bool> Compare { get; } = new("--compare") { Description = "Also show the published results of other methods and backbones." };

    public EvaluationOptions()
    {
        Method.Windows.Description = "Neighbours that RsCIN averages an image's score over, or none [default: 1,8,9 for visa, else 1,2,3]";
        Method.Seed.Description = "Seed of the split and of the draw of references.";
    }

    public void AddTo(Command command)
    {
        DataSet.AddTo(command);
        Backbone.AddTo(command);
        command.Options.Add(Method.Degrees);
        command.Options.Add(Method.Interval);
        command.Options.Add(Method.Reduce);
        command.Options.Add(Method.Windows);
        command.Options.Add(Method.Subsets);
        command.Options.Add(Split);
        command.Options.Add(Method.Seed);
        command.Options.Add(Memory);
        command.Options.Add(Exif);
        command.Options.Add(Ablate);
        command.Options.Add(Shots);
        command.Options.Add(Compare);
    }

    public EvaluationSpec Read(ParseResult parsed)
    {
        EvaluationSpec defaults = new() { Root = parsed.GetValue(DataSet.Root)!, Layout = parsed.GetValue(DataSet.Layout) };
        return defaults with
        {
            Categories = DataSet.Names(parsed),
            MaskRule = parsed.GetValue(DataSet.Rule),
            Backbone = parsed.GetValue(Backbone.Name)!,
            Size = parsed.GetValue(Backbone.Size),
            Stages = parsed.Given(Backbone.Stages),
            Device = parsed.GetValue(Backbone.Device)!,
            Threads = parsed.GetValue(Backbone.Threads) ?? defaults.Threads,
            Batch = parsed.GetValue(Backbone.Batch),
            MemoryBytes = parsed.GetValue(Memory),
            ApplyExif = parsed.GetValue(Exif),
            Degrees = parsed.Given(Method.Degrees) ?? defaults.Degrees,
            Interval = parsed.Given(Method.Interval) ?? defaults.Interval,
            Reduction = parsed.GetValue(Method.Reduce),
            Windows = parsed.Given(Method.Windows),
            Subsets = parsed.GetValue(Method.Subsets),
            Split = parsed.GetValue(Split),
            Seed = parsed.GetValue(Method.Seed),
            Studies = Studies(parsed),
            Shots = parsed.Given(Shots) ?? [],
            Compare = parsed.GetValue(Compare),
        };
    }

    private IReadOnlyList<string> Studies(ParseResult parsed)
    {
        string[] names =
            [.. (parsed.GetValue(Ablate) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
        return names is ["all"] ? StudyCatalogue.Keys : names;
    }
}
