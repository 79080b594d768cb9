using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Families;

/// <summary>A recognised network, ready to be built at any size that it allows.</summary>
internal interface INetwork
{
    /// <summary>Side of a patch of the first stage in pixels.</summary>
    int Patch { get; }

    /// <summary>The input size must be a multiple of this many pixels.</summary>
    int SizeStep { get; }

    /// <summary>Least input size in pixels.</summary>
    int LeastSize { get; }

    /// <summary>The input size at which it was trained, in pixels.</summary>
    int TrainedSize { get; }

    /// <summary>How many places there are to take a stage from: blocks of a ViT, stages of a Swin.</summary>
    int Depth { get; }

    /// <summary>The places that the paper's settings take.</summary>
    IReadOnlyList<int> DefaultStages { get; }

    /// <summary>The grids and channels of some stages.</summary>
    IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages);

    /// <summary>The graph for an input size and some stages.</summary>
    GraphBuilder Build(int size, IReadOnlyList<int> stages);
}
