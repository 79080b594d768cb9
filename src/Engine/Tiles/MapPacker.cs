using System.Numerics.Tensors;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>Chooses the kernel for a map; the choice never changes a result.</summary>
/// <param name="sample">[S × C] some tokens of the map.</param>
/// <param name="channels">C.</param>
public delegate INearestPatchKernel KernelChoice(ReadOnlySpan<float> sample, int channels);

/// <summary>Makes images ready for one map: aggregates and normalises their stage tokens and packs them for the map's kernel. Thread-safe.</summary>
public sealed class MapPacker
{
    private readonly StageShape _stage;
    private readonly StageShape _shape;
    private readonly MapId _map;

    /// <param name="shape">What one image has.</param>
    /// <param name="map">The stage and the neighbourhood.</param>
    /// <param name="images">Images that <paramref name="stageOf"/> can give.</param>
    /// <param name="stageOf">[P × C] of the stage; a few of the images are asked for, to choose the kernel by.</param>
    /// <param name="choice">Chooses.</param>
    /// <param name="aggregated">Room for one image of the map, <see cref="AggregatedLength"/>.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public MapPacker(FeatureShape shape, MapId map, int images, ImageFloats stageOf, KernelChoice choice, Memory<float> aggregated)
    {
        (_stage, _shape, _map) = (shape.Stages[map.Stage], shape.Stages[0], map);
        Kernel = choice(
            TokenSample.Of(images, _shape.Patches, _shape.Channels, image =>
            {
                Aggregate(stageOf(image), image, aggregated.Span);
                return aggregated.Span[.._shape.Length];
            }),
            _shape.Channels);
        PackedLength = Kernel.PackedLength(_shape.Patches);
    }

    /// <summary>The kernel that images are packed for.</summary>
    public INearestPatchKernel Kernel { get; }

    /// <summary>Floats of one packed image.</summary>
    public int PackedLength { get; }

    /// <summary>Floats of one image of the map before it is packed.</summary>
    public int AggregatedLength => _shape.Length;

    /// <summary>Makes one image ready.</summary>
    /// <param name="stage">[P × C] of the map's stage.</param>
    /// <param name="image">Its index, for an error.</param>
    /// <param name="aggregated">Room for <see cref="AggregatedLength"/>.</param>
    /// <param name="packed">Receives <see cref="PackedLength"/>.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public void Pack(ReadOnlySpan<float> stage, int image, Span<float> aggregated, Span<float> packed)
    {
        Aggregate(stage, image, aggregated);
        Kernel.Pack(aggregated[.._shape.Length], _shape.Patches, packed);
    }

    private void Aggregate(ReadOnlySpan<float> stage, int image, Span<float> aggregated)
    {
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(stage)))
        {
            throw new JobException(
                JobErrorKind.Input, $"Image {image + 1}, stage {_map.Stage + 1}: a token is not a finite number, so that nothing can be compared with it.");
        }

        _map.Neighbourhood.Aggregate(stage, _stage, _shape, aggregated[.._shape.Length]);
    }
}

/// <summary>Images of a token source, packed for one map after the other: each image once while it is held. A slot holds one image.</summary>
/// <param name="tokens">Where stages are read from.</param>
/// <param name="slots">Images that are held at the same time.</param>
/// <param name="workers">Threads that pack at the same time.</param>
internal sealed class MapPanels(ITokenSource tokens, int slots, int workers) : IDisposable
{
    private readonly int _longestStage = tokens.Shape.Stages.Max(stage => stage.Length);
    private readonly NativeFloats[] _scratch = [.. Enumerable.Range(0, workers).Select(
        _ => new NativeFloats(tokens.Shape.Stages.Max(stage => stage.Length) + tokens.Shape.Stages[0].Length))];
    private NativeFloats _panels = new(0);
    private MapId _map;
    private MapPacker? _packer;

    /// <summary>One slot's packed tokens.</summary>
    public ReadOnlySpan<float> this[int slot] => Slot(slot);

    /// <summary>Begins a map: chooses its kernel by tokens of some of its images.</summary>
    /// <param name="map">The stage and the degree.</param>
    /// <param name="images">Indices into the source.</param>
    /// <param name="choice">Chooses.</param>
    /// <returns>The kernel that all slots are packed for from now on.</returns>
    public INearestPatchKernel Begin(MapId map, IReadOnlyList<int> images, KernelChoice choice)
    {
        _map = map;
        _packer = new(tokens.Shape, map, images.Count, at => Read(0, images[at]), choice, _scratch[0].Memory(_longestStage, tokens.Shape.Stages[0].Length));
        long length = (long)slots * _packer.PackedLength;
        if (length > _panels.Length)
        {
            _panels.Dispose();
            _panels = new(length);
        }

        return _packer.Kernel;
    }

    /// <summary>Reads, aggregates and packs an image.</summary>
    /// <param name="worker">The calling thread's number.</param>
    /// <param name="slot">Where it goes.</param>
    /// <param name="image">Index into the source.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public void Pack(int worker, int slot, int image)
        => _packer!.Pack(Read(worker, image), image, _scratch[worker].Slice(_longestStage, _packer.AggregatedLength), Slot(slot));

    public void Dispose()
    {
        _panels.Dispose();
        Array.ForEach(_scratch, scratch => scratch.Dispose());
    }

    private Span<float> Slot(int slot) => _panels.Slice((long)slot * _packer!.PackedLength, _packer.PackedLength);

    private Span<float> Read(int worker, int image)
    {
        Span<float> stage = _scratch[worker].Slice(0, tokens.Shape.Stages[_map.Stage].Length);
        tokens.ReadStage(_map.Stage, image, stage);
        return stage;
    }
}
