using MuSc.Contracts;
using MuSc.Features;

namespace MuSc.Engine.Tokens;

/// <summary>Some stages of a source, in the order asked for.</summary>
public sealed class SelectedStages : ITokenSource
{
    private readonly ITokenSource _source;
    private readonly int[] _stages;

    /// <param name="source">The source, which this one owns from now on.</param>
    /// <param name="stages">Stages counted from 1.</param>
    /// <exception cref="JobException">There is no such stage.</exception>
    public SelectedStages(ITokenSource source, IReadOnlyList<int> stages)
    {
        _source = source;
        int missing = stages.FirstOrDefault(stage => stage > source.Shape.Stages.Count);
        if (missing > 0)
        {
            throw new JobException(JobErrorKind.Usage, $"There is no stage {missing}: the tokens have {source.Shape.Stages.Count}.");
        }

        _stages = [.. stages.Select(stage => stage - 1)];
        Shape = source.Shape with { Stages = [.. _stages.Select(stage => source.Shape.Stages[stage])] };
    }

    /// <inheritdoc/>
    public int Images => _source.Images;

    /// <inheritdoc/>
    public FeatureShape Shape { get; }

    /// <inheritdoc/>
    public void ReadStage(int stage, int image, Span<float> tokens) => _source.ReadStage(_stages[stage], image, tokens);

    /// <inheritdoc/>
    public void ReadClassToken(int image, Span<float> token) => _source.ReadClassToken(image, token);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
