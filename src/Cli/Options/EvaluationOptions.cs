using MuSc.Evaluation;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Studies;

namespace MuSc.Cli;

/// <summary>Which benchmark is evaluated, how, and what is compared.</summary>
internal sealed class EvaluationOptions
{
    public Argument<string> Root { get; } = new("root") { Description = "Folder of the benchmark, or of one category." };

    public Option<DataSetLayout> Layout { get; } = NewOption.Of<DataSetLayout>(
        "--layout, -l", "folder|mvtec|visa|btad",
        "How it lies on disk: mvtec (AD, 3D-AD, LOCO AD), visa, btad, or folder (good/, ok/ or normal/ beside folders of defects).");

    public Option<string[]> Categories { get; } = NewOption.Of<string[]>(
        "--category, -c", "names", "Names of categories, with commas between; may be repeated [default: all]");

    public Option<MaskRule?> Rule { get; } = NewOption.Of<MaskRule?>(
        "--mask-rule", "full|any",
        "Which pixels of a resized mask count as defect: full or any [default: full for mvtec and btad, any for visa and folder]");

    public BackboneOptions Backbone { get; } = new();

    public MethodOptions Method { get; } = new();

    public DecidingOptions Deciding { get; } = new();

    public Option<long?> Memory { get; } = NewOption.Memory(
        "Memory to plan scoring and ablations for, such as 4G; features and maps of a category come first [default: what is fastest]");

    public Option<bool> Exif { get; } = NewOption.Exif();

    public Option<SplitRule> Split { get; } = NewOption.Of<SplitRule>(
        "--split", "seed|authors",
        "How --subsets are made: seed (a shuffle) or authors (each kind of defect dealt out in turn, that is, by label).");

    public Option<string[]> Ablate { get; } = NewOption.Of<string[]>(
        "--ablate", "names", $"Ablations to run beside, from the same features: {string.Join(", ", StudyCatalogue.Keys)}, or all.");

    public Option<int[]?> Shots { get; } = NewOption.Numbers(
        "--shots", "Numbers of normal training images to compare as references, such as 0,1,2,4.");

    public Option<bool> Compare { get; } = NewOption.Flag("--compare", "Also show the published results of other methods and backbones.");

    public EvaluationOptions()
    {
        Method.Windows.Description = "Neighbours that RsCIN averages an image's score over, or none [default: 1,8,9 for visa, else 1,2,3]";
        Method.Seed.Description = "Seed of the split and of the draw of references.";
    }

    public IEnumerable<Option> All =>
    [
        Layout, Categories, Rule, .. Backbone.All, Method.Name, Method.Aggregate, Method.Rescore, Method.Degrees, Method.Interval, Method.Reduce, Method.Windows, Method.Subsets,
        Split, Method.Seed, .. Deciding.All, Memory, Exif, Ablate, Shots, Compare,
    ];

    public EvaluationSpec Read(ParseResult parsed) => new()
    {
        Root = parsed.GetValue(Root)!,
        Layout = parsed.GetValue(Layout),
        Categories = [.. parsed.Names(Categories)],
        MaskRule = parsed.GetValue(Rule),
        Scoring = Method.Read(parsed, Backbone.Read(parsed, EvaluationSpec.DefaultScoring)) with
        {
            MemoryBytes = parsed.GetValue(Memory),
            ApplyExif = parsed.GetValue(Exif),
            Decision = Deciding.Read(parsed),
        },
        Windows = parsed.Given(Method.Windows),
        Split = parsed.GetValue(Split),
        Studies = parsed.Names(Ablate).Distinct().ToArray() is ["all"] ? StudyCatalogue.Keys : [.. parsed.Names(Ablate).Distinct()],
        Shots = parsed.Given(Shots) ?? [],
        Compare = parsed.GetValue(Compare),
    };
}
