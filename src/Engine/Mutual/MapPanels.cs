using System.Numerics.Tensors;
using MuSc.Engine.Jobs;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Scoring.Lnamd;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>
/// Images' tokens of one map, aggregated, normalised and packed for the kernel: each image once while it is held. A slot
/// holds one image.
/// </summary>
internal sealed class MapPanels : IDisposable
{
    private readonly ITokenSource _tokens;
    private readonly StageShape _map;
    private readonly INearestPatchKernel _kernel;
    private readonly int _packedLength;
    private readonly NativeFloats _panels;
    private readonly NativeFloats[] _scratch;
    private readonly int _longestStage;

    /// <param name="tokens">Where stages are read from.</param>
    /// <param name="kernel">Packs.</param>
    /// <param name="slots">Images that are held at the same time.</param>
    /// <param name="workers">Threads that pack at the same time.</param>
    public MapPanels(ITokenSource tokens, INearestPatchKernel kernel, int slots, int workers)
    {
        _tokens = tokens;
        _kernel = kernel;
        _map = tokens.Shape.Stages[0];
        _longestStage = tokens.Shape.Stages.Max(stage => stage.Length);
        _packedLength = kernel.PackedLength(_map.Patches);
        _panels = new((long)slots * _packedLength);
        _scratch = [.. Enumerable.Range(0, workers).Select(_ => new NativeFloats(_longestStage + _map.Length))];
    }

    /// <summary>One slot's packed tokens.</summary>
    public ReadOnlySpan<float> this[int slot] => _panels.Slice((long)slot * _packedLength, _packedLength);

    /// <summary>Reads, aggregates and packs an image.</summary>
    /// <param name="worker">The calling thread's number.</param>
    /// <param name="slot">Where it goes.</param>
    /// <param name="image">Index into the source.</param>
    /// <param name="map">The stage and the degree.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public void Pack(int worker, int slot, int image, MapId map)
    {
        StageShape shape = _tokens.Shape.Stages[map.Stage];
        Span<float> stage = _scratch[worker].Slice(0, shape.Length);
        Span<float> aggregated = _scratch[worker].Slice(_longestStage, _map.Length);
        _tokens.ReadStage(map.Stage, image, stage);
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(stage)))
        {
            throw new JobException(
                JobErrorKind.Input, $"Image {image + 1}, stage {map.Stage + 1}: a token is not a finite number, so that nothing can be compared with it.");
        }

        Lnamd.Aggregate(stage, shape.Grid, shape.Channels, map.Degree, _map.Grid, _map.Channels, aggregated);
        _kernel.Pack(aggregated, _map.Patches, _panels.Slice((long)slot * _packedLength, _packedLength));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        Array.ForEach(_scratch, scratch => scratch.Dispose());
    }
}
