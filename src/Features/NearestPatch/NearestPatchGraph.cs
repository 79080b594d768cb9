using MuSc.Features.Import.Onnx.Messages;
using Google.Protobuf;
using MuSc.Features.Import.Onnx;

namespace MuSc.Features.NearestPatch;

/// <summary>
/// The nearest-patch search as a network: one image's tokens [P × C] against those of B others [B × Q × C], the product and
/// its maxima along both axes. All sizes are free.
/// </summary>
internal static class NearestPatchGraph
{
    // The model's field of the graph, which Model leaves out (onnx.proto).
    private const int GraphField = 7;

    public const string Rows = "rows";
    public const string Columns = "columns";
    public const string RowMaxima = "row_maxima";
    public const string ColumnMaxima = "column_maxima";

    /// <param name="half">Whether tokens and maxima are float16.</param>
    /// <returns>An ONNX file's bytes.</returns>
    public static byte[] Build(bool half)
    {
        GraphBuilder builder = new();
        Graph graph = builder.Graph;
        graph.Name = "nearest patch";
        string dots = builder.Node(
            "MatMul", [Rows, builder.Node("Transpose", [Columns], GraphBuilder.Attribute("perm", [0, 2, 1]))]);
        Output(RowMaxima, 2);
        Output(ColumnMaxima, 1);
        graph.Input.Add(Describe(Rows, half, "P", "C"));
        graph.Input.Add(Describe(Columns, half, "B", "Q", "C"));
        graph.Output.Add(Describe(RowMaxima, half, "B", "P"));
        graph.Output.Add(Describe(ColumnMaxima, half, "B", "Q"));
        using MemoryStream file = new();
        using CodedOutputStream output = new(file);
        new OnnxModel(builder, []).Header().WriteTo(output);
        output.WriteTag(GraphField, WireFormat.WireType.LengthDelimited);
        output.WriteMessage(graph);
        output.Flush();
        return file.ToArray();

        void Output(string name, long axis)
        {
            string maxima = builder.Node(
                "ReduceMax", [dots], GraphBuilder.Attribute("axes", [axis]), GraphBuilder.Attribute("keepdims", 0L));
            graph.Node.Add(new Node { OpType = "Identity", Name = name, Input = { maxima }, Output = { name } });
        }
    }

    private static ValueInfo Describe(string name, bool half, params string[] sizes)
    {
        TensorType type = new() { ElemType = half ? ElementType.Float16 : ElementType.Float, Shape = new Shape() };
        type.Shape.Dim.AddRange(sizes.Select(size => new Dimension { DimParam = size }));
        return new ValueInfo { Name = name, Type = new Import.Onnx.Messages.Type { TensorType = type } };
    }
}
