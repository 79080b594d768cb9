using MuSc.Engine.Tokens;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tiles;

/// <summary>Images of a token source, packed for one map after the other: each image once while it is held. A slot holds one image.</summary>
internal sealed class MapPanels : IDisposable
{
    private readonly ITokenSource _tokens;
    private readonly int _slots;
    private readonly NativeFloats[] _scratch;
    private readonly int _longestStage;
    private NativeFloats _panels = new(0);
    private MapId _map;
    private MapPacker? _packer;

    /// <param name="tokens">Where stages are read from.</param>
    /// <param name="slots">Images that are held at the same time.</param>
    /// <param name="workers">Threads that pack at the same time.</param>
    public MapPanels(ITokenSource tokens, int slots, int workers)
    {
        (_tokens, _slots) = (tokens, slots);
        _longestStage = tokens.Shape.Stages.Max(stage => stage.Length);
        _scratch = [.. Enumerable.Range(0, workers).Select(_ => new NativeFloats(_longestStage + tokens.Shape.Stages[0].Length))];
    }

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
        _packer = new(_tokens.Shape, map, images.Count, at => Read(0, images[at]), choice, _scratch[0].Memory(_longestStage, _tokens.Shape.Stages[0].Length));
        long length = (long)_slots * _packer.PackedLength;
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
        Span<float> stage = _scratch[worker].Slice(0, _tokens.Shape.Stages[_map.Stage].Length);
        _tokens.ReadStage(_map.Stage, image, stage);
        return stage;
    }
}
