using MuSc.Evaluation.Studies;
using MuSc.Features.Backbones;

namespace MuSc.Evaluation;

/// <summary>What an evaluation gives.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Backbone">The backbone, or null where another program's maps were evaluated.</param>
/// <param name="Size">Side of the maps in pixels, or null where another program made them.</param>
/// <param name="Categories">One for each category.</param>
/// <param name="Studies">The ablations that were run.</param>
public sealed record EvaluationResult(
    EvaluationSpec Spec, BackboneInfo? Backbone, int? Size, IReadOnlyList<CategoryRun> Categories, IReadOnlyList<Study> Studies);
