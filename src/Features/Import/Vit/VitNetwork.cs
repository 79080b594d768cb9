using MuSc.Features.Import.Families;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.Import.Vit;

/// <summary>A vision transformer: stages after any of its blocks, all on one grid.</summary>
internal sealed class VitNetwork(VitDescription vit) : INetwork
{
    private const int Quarters = 4;

    public int Patch => vit.Patch;

    public int SizeStep => vit.Patch;

    public int LeastSize => vit.Patch;

    public int TrainedSize => vit.Grid * vit.Patch;

    public int Depth => vit.Blocks.Count;

    /// <summary>After each quarter of the depth (the paper: 6, 12, 18, 24 of 24).</summary>
    public IReadOnlyList<int> DefaultStages =>
        [.. Enumerable.Range(1, Quarters).Select(quarter => ((Depth * quarter) + Quarters - 1) / Quarters).Distinct()];

    public IReadOnlyList<StageShape> Shapes(int size, IReadOnlyList<int> stages) =>
        [.. stages.Select(_ => new StageShape(size / vit.Patch, vit.Width))];

    public GraphBuilder Build(int size, IReadOnlyList<int> stages) => new VitGraph(vit, size, stages).Build();
}
