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
    /// <summary>The benchmark's folder.</summary>
    public required string Root { get; init; }

    /// <summary>How it lies on disk.</summary>
    public required DataSetLayout Layout { get; init; }

    /// <summary>Names of the categories; none for all.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>A backbone's file, or the name of one that is installed. The default is the built-in <c>compact</c>.</summary>
    public string Backbone { get; init; } = "compact";

    /// <summary>Side of the square images and maps in pixels. The default is the backbone's own.</summary>
    public int? Size { get; init; }

    /// <summary>The stages to use, counted from 1. The default is all.</summary>
    public IReadOnlyList<int>? Stages { get; init; }

    /// <summary>Aggregation degrees r. The default is 1, 3, 5.</summary>
    public IReadOnlyList<int> Degrees { get; init; } = [1, 3, 5];

    /// <summary>The interval of kept values. The default is 0 % to 30 %.</summary>
    public IntervalRange Interval { get; init; } = IntervalRange.Default;

    /// <summary>What becomes of the kept values. The default is their mean.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>RsCIN's windows; empty for none. The default is the authors': 1, 8, 9 for VisA, else 1, 2, 3.</summary>
    public IReadOnlyList<int>? Windows { get; init; }

    /// <summary>Into how many parts a category is split. The default is 1.</summary>
    public int Subsets { get; init; } = 1;

    /// <summary>How it is split. The default is by a seed.</summary>
    public SplitRule Split { get; init; } = SplitRule.Seed;

    /// <summary>Seed of the split and of the draw of references. The default is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Which pixels of a mask count as defect. The default is the layout's.</summary>
    public MaskRule? MaskRule { get; init; }

    /// <summary>Names of the ablations to run beside (see <see cref="Studies.StudyCatalogue"/>). The default is none.</summary>
    public IReadOnlyList<string> Studies { get; init; } = [];

    /// <summary>Numbers of references to compare (paper, Tables 15–16). The default is none.</summary>
    public IReadOnlyList<int> Shots { get; init; } = [];

    /// <summary>Whether published results of other methods are shown too. The default is no.</summary>
    public bool Compare { get; init; }

    /// <summary>Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads, at least 1. The default is one per processor.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Images in one run of the network, at least 1. The default is 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>
    /// Memory in bytes, at least 128 MiB, that scoring and the ablations are planned for; the features and the anomaly maps of a
    /// category are always in memory. Never changes a result. The default is whatever is fastest, with 1 GiB of distances
    /// for the ablations.
    /// </summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Whether an image is turned as its EXIF orientation says. The default is no, as the authors.</summary>
    public bool ApplyExif { get; init; }

    /// <summary>RsCIN's windows that are used.</summary>
    public IReadOnlyList<int> EffectiveWindows => Windows ?? (Layout == DataSetLayout.Visa ? [1, 8, 9] : [1, 2, 3]);

    /// <summary>The mask rule that is used.</summary>
    public MaskRule EffectiveMaskRule => MaskRule ?? MaskRules.Default(Layout);
}

/// <summary>What an evaluation gives.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Backbone">The backbone, or null where another program's maps were evaluated.</param>
/// <param name="Size">Side of the maps in pixels, or null where another program made them.</param>
/// <param name="Categories">One for each category.</param>
/// <param name="Studies">The ablations that were run.</param>
public sealed record EvaluationResult(
    EvaluationSpec Spec, BackboneInfo? Backbone, int? Size, IReadOnlyList<CategoryRun> Categories, IReadOnlyList<Study> Studies);
