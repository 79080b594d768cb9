using MuSc.Features.Import.Families;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Swin;

/// <summary>A Swin transformer: up to one output for each of its stages, each on half the grid of the one before.</summary>
/// <param name="swin">The network.</param>
internal sealed class SwinNetwork(SwinDescription swin) : INetwork
{
    // The patches of the last stage in pixels of the image.
    private readonly int _lastPatch = swin.Patch << (swin.Stages.Count - 1);

    public int Patch => swin.Patch;

    public int SizeStep => _lastPatch;

    /// <summary>At which the last stage is one window; smaller grids would need another table of position biases.</summary>
    public int LeastSize => swin.Window * _lastPatch;

    /// <summary>The published networks were trained where their last stage is one window (224 for 7, 384 for 12).</summary>
    public int TrainedSize => LeastSize;

    public int Depth => swin.Stages.Count;

    public IReadOnlyList<int> DefaultStages => [.. Enumerable.Range(1, Depth)];

    public IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages) =>
        [.. stages.Select(stage => new StageShape(size / (swin.Patch << (stage - 1)), swin.Stages[stage - 1].Width))];

    public GraphBuilder Build(int size, IReadOnlyList<int> stages) => new SwinGraph(swin, size, stages).Build();
}
