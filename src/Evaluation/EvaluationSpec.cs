using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Studies;
using MuSc.Features.Backbones;

namespace MuSc.Evaluation;

/// <summary>How a benchmark is split into subsets (docs/method.md, Variants).</summary>
public enum SplitRule
{
    /// <summary>A shuffle with a seed.</summary>
    Seed,

    /// <summary>The authors' own: each kind of defect is dealt out in turn, that is, by label; for the paper's Table 7 only.</summary>
    Authors,
}

/// <summary>Everything that defines the evaluation of a benchmark.</summary>
public sealed record EvaluationSpec
{
    /// <summary>The defaults of <see cref="Scoring"/>.</summary>
    public static ScoringJobSpec DefaultScoring { get; } = new() { Output = new() { Folder = "." } };

    /// <summary>The benchmark's folder.</summary>
    public required string Root { get; init; }

    /// <summary>How it lies on disk.</summary>
    public required DataSetLayout Layout { get; init; }

    /// <summary>Names of the categories; none for all.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>
    /// How images are turned into features and score each other; its images, windows and output do not matter. Its seed is that of
    /// the split and of the draw of references. Its memory is what scoring and the ablations are planned for, while the features and
    /// the anomaly maps of a category are always in memory; the default is whatever is fastest, with 1 GiB of distances for the
    /// ablations.
    /// </summary>
    public ScoringJobSpec Scoring { get; init; } = DefaultScoring;

    /// <summary>RsCIN's windows; empty for none. The default is the authors': 1, 8, 9 for VisA, else 1, 2, 3.</summary>
    public IReadOnlyList<int>? Windows { get; init; }

    /// <summary>How a category is split into subsets. The default is by a seed.</summary>
    public SplitRule Split { get; init; } = SplitRule.Seed;

    /// <summary>Which pixels of a mask count as defect. The default is the layout's.</summary>
    public MaskRule? MaskRule { get; init; }

    /// <summary>Names of the ablations to run beside (see <see cref="Studies.StudyCatalogue"/>). The default is none.</summary>
    public IReadOnlyList<string> Studies { get; init; } = [];

    /// <summary>Numbers of references to compare (paper, Tables 15–16). The default is none.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [];

    /// <summary>Whether published results of other methods are shown too. The default is no.</summary>
    public bool Compare { get; init; }

    /// <summary>RsCIN's windows that are used.</summary>
    public IReadOnlyList<int> EffectiveWindows => Windows
        ?? (Scoring.Rescoring == Rescoring.Class && Layout == DataSetLayout.Visa ? [1, 8, 9] : ScoringMethod.UsualWindows(Scoring.Rescoring));

    /// <summary>The mask rule that is used; without one that is asked for, that of the authors' loaders.</summary>
    public MaskRule EffectiveMaskRule => MaskRule
        ?? (Layout is DataSetLayout.Mvtec or DataSetLayout.Btad ? DataSets.MaskRule.Full : DataSets.MaskRule.Any);
}

/// <summary>What an evaluation gives.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Backbone">The backbone, or null where another program's maps were evaluated.</param>
/// <param name="Size">Side of the maps in pixels, or null where another program made them.</param>
/// <param name="Categories">One for each category.</param>
/// <param name="Studies">The ablations that were run.</param>
public sealed record EvaluationResult(
    EvaluationSpec Spec, BackboneInfo? Backbone, int? Size, IReadOnlyList<CategoryRun> Categories, IReadOnlyList<Study> Studies);
