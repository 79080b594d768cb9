namespace MuSc.Cli;

/// <summary>How images score each other.</summary>
internal sealed class MethodOptions
{
    public Option<string[]> References { get; } = new("--references")
    {
        Description = "Images known to be normal (files, folders, lists; may be repeated): they score the others but are not scored.",
        HelpName = "images",
    };

    public Option<ScoringMode> Mode { get; } = new("--mode")
    {
        Description = "Who scores: mutual (every other image and the references) or references (these alone).",
        HelpName = "mutual|references",
    };

    public Option<int[]?> Degrees { get; } = Numbers("--degrees", "Sizes of the neighbourhoods, odd numbers [default: 1,3,5]");

    public Option<IntervalRange?> Interval { get; } = new("--interval")
    {
        Description = "Which of a patch's sorted distances count: two shares, two counts, or all [default: 0%,30%]",
        HelpName = "from,to",
        CustomParser = OptionParsers.Interval,
        Arity = ArgumentArity.ExactlyOne,
    };

    public Option<Reduction> Reduce { get; } = new("--reduce")
    {
        Description = "What becomes of the distances that count: mean, min or max.",
        HelpName = "mean|min|max",
    };

    public Option<int[]?> Windows { get; } = new("--windows")
    {
        Description = "Neighbours that RsCIN averages an image's score over, or none to leave scores as they are [default: 1,2,3]",
        HelpName = "list|none",
        CustomParser = OptionParsers.NumbersOrNone,
        Arity = ArgumentArity.ExactlyOne,
    };

    public Option<int> Subsets { get; } = new("--subsets")
    {
        Description = "Split the set at random into so many parts that are scored apart: less work.",
        HelpName = "n",
        DefaultValueFactory = _ => 1,
    };

    public Option<int> Seed { get; } = new("--seed") { Description = "Seed of the split.", HelpName = "n" };

    public void AddTo(Command command)
    {
        command.Options.Add(References);
        command.Options.Add(Mode);
        command.Options.Add(Degrees);
        command.Options.Add(Interval);
        command.Options.Add(Reduce);
        command.Options.Add(Windows);
        command.Options.Add(Subsets);
        command.Options.Add(Seed);
    }

    private static Option<int[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "list",
        CustomParser = OptionParsers.Numbers,
        Arity = ArgumentArity.ExactlyOne,
    };
}
