using MuSc.Evaluation.DataSets;

namespace MuSc.Cli;

/// <summary>Which benchmark, and how its masks are read.</summary>
internal sealed class DataSetOptions
{
    public Argument<string> Root { get; } = new("root") { Description = "Folder of the benchmark, or of one category." };

    public Option<DataSetLayout> Layout { get; } = new("--layout", "-l")
    {
        Description = "How it lies on disk: mvtec (AD, 3D-AD, LOCO AD), visa, btad, or folder (good/, ok/ or normal/ beside folders of defects).",
        HelpName = "folder|mvtec|visa|btad",
    };

    public Option<string[]> Categories { get; } = new("--category", "-c")
    {
        Description = "Names of categories, with commas between; may be repeated [default: all]",
        HelpName = "names",
    };

    public Option<MaskRule?> Rule { get; } = new("--mask-rule")
    {
        Description = "Which pixels of a resized mask count as defect: full or any [default: full for mvtec and btad, any for visa and folder]",
        HelpName = "full|any",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Root);
        command.Options.Add(Layout);
        command.Options.Add(Categories);
        command.Options.Add(Rule);
    }

    public string[] Names(ParseResult parsed) =>
        [.. (parsed.GetValue(Categories) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
