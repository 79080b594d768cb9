using System.Numerics.Tensors;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>
/// Images' tokens of one map, aggregated, normalised and packed for the map's kernel: each image once while it is held. A
/// slot holds one image.
/// </summary>
internal sealed class MapPanels : IDisposable
{
    private readonly ITokenSource _tokens;
    private readonly StageShape _shape;
    private readonly int _slots;
    private readonly NativeFloats[] _scratch;
    private readonly int _longestStage;
    private NativeFloats _panels = new(0);
    private int _packedLength;
    private MapId _map;
    private INearestPatchKernel? _kernel;

    /// <param name="tokens">Where stages are read from.</param>
    /// <param name="slots">Images that are held at the same time.</param>
    /// <param name="workers">Threads that pack at the same time.</param>
    public MapPanels(ITokenSource tokens, int slots, int workers)
    {
        _tokens = tokens;
        _slots = slots;
        _shape = tokens.Shape.Stages[0];
        _longestStage = tokens.Shape.Stages.Max(stage => stage.Length);
        _scratch = [.. Enumerable.Range(0, workers).Select(_ => new NativeFloats(_longestStage + _shape.Length))];
    }

    /// <summary>One slot's packed tokens.</summary>
    public ReadOnlySpan<float> this[int slot] => _panels.Slice((long)slot * _packedLength, _packedLength);

    /// <summary>Begins a map: chooses its kernel by tokens of some of its images.</summary>
    /// <param name="map">The stage and the degree.</param>
    /// <param name="images">Indices into the source.</param>
    /// <param name="choice">Chooses.</param>
    /// <returns>The kernel that all slots are packed for from now on.</returns>
    public INearestPatchKernel Begin(MapId map, ReadOnlySpan<int> images, KernelChoice choice)
    {
        _map = map;
        int[] sampled = images.ToArray();
        _kernel = choice(TokenSample.Of(sampled.Length, _shape.Patches, _shape.Channels, at => Aggregate(0, sampled[at])), _shape.Channels);
        _packedLength = _kernel.PackedLength(_shape.Patches);
        long length = (long)_slots * _packedLength;
        if (length > _panels.Length)
        {
            _panels.Dispose();
            _panels = new(length);
        }

        return _kernel;
    }

    /// <summary>Reads, aggregates and packs an image.</summary>
    /// <param name="worker">The calling thread's number.</param>
    /// <param name="slot">Where it goes.</param>
    /// <param name="image">Index into the source.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public void Pack(int worker, int slot, int image)
        => _kernel!.Pack(Aggregate(worker, image), _shape.Patches, _panels.Slice((long)slot * _packedLength, _packedLength));

    /// <inheritdoc/>
    public void Dispose()
    {
        _panels.Dispose();
        Array.ForEach(_scratch, scratch => scratch.Dispose());
    }

    private Span<float> Aggregate(int worker, int image)
    {
        StageShape shape = _tokens.Shape.Stages[_map.Stage];
        Span<float> stage = _scratch[worker].Slice(0, shape.Length);
        Span<float> aggregated = _scratch[worker].Slice(_longestStage, _shape.Length);
        _tokens.ReadStage(_map.Stage, image, stage);
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(stage)))
        {
            throw new JobException(
                JobErrorKind.Input, $"Image {image + 1}, stage {_map.Stage + 1}: a token is not a finite number, so that nothing can be compared with it.");
        }

        Lnamd.Aggregate(stage, shape.Grid, shape.Channels, _map.Degree, _shape.Grid, _shape.Channels, aggregated);
        return aggregated;
    }
}
