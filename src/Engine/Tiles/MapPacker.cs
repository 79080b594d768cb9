using System.Numerics.Tensors;
using MuSc.Scoring;
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
    /// <param name="map">The stage and the degree.</param>
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

        Lnamd.Aggregate(stage, _stage.Grid, _stage.Channels, _map.Degree, _shape.Grid, _shape.Channels, aggregated[.._shape.Length]);
    }
}
