using MuSc.Features.Import.Onnx.Messages;
using Google.Protobuf;
using MuSc.Features.Import.Onnx;
using Attribute = MuSc.Features.Import.Onnx.Messages.Attribute;

namespace MuSc.Features.Tests.Backbones;

/// <summary>
/// Writes a network without weights that keeps, or breaks, the contract of backbones. Its patch is 4: stage 1 holds each
/// patch's mean colour, stage 2 that of patches of 8 pixels and their maximum, the class token the whole picture's mean.
/// </summary>
internal sealed class TinyBackbone
{
    private readonly GraphBuilder _graph = new();

    /// <summary>The metadata; keys may be changed or removed.</summary>
    public Dictionary<string, string> Metadata { get; } = new()
    {
        ["musc.name"] = "tiny",
        ["musc.patch"] = "4",
        ["musc.size"] = "16",
        ["musc.mean"] = "0.5, 0.25, 0.75",
        ["musc.std"] = "0.5,0.2,0.1",
        ["musc.resize"] = "bilinear",
        ["musc.source"] = "a test",
        ["musc.license"] = "MIT",
    };

    /// <summary>The input's name.</summary>
    public string Input { get; init; } = "pixels";

    /// <summary>The input's shape; negative sizes are free.</summary>
    public long[] InputShape { get; init; } = [-1, 3, -1, -1];

    /// <summary>Whether pixels and outputs are float16.</summary>
    public bool Half { get; init; }

    /// <summary>Names of the outputs: stage 1, stage 2, class token.</summary>
    public string[] Outputs { get; init; } = ["stage_1", "stage_2", "class_token"];

    /// <summary>Writes the file and returns its path.</summary>
    public string Write(string folder)
    {
        Graph graph = _graph.Graph;
        graph.Input.Add(Describe(Input, InputShape));
        Add(0, Tokens(Pool("AveragePool", 4)), 3);
        Add(1, Tokens(_graph.Node("Concat", [Pool("AveragePool", 8), Pool("MaxPool", 8)], GraphBuilder.Attribute("axis", 1L))), 3);
        string mean = _graph.Node("ReduceMean", [Input], GraphBuilder.Attribute("axes", 2L, 3L), GraphBuilder.Attribute("keepdims", 0L));
        Add(2, mean, 2);
        Model model = new OnnxModel(_graph, [.. Metadata]).Header();
        string path = Path.Combine(folder, "tiny.onnx");
        using FileStream file = File.Create(path);
        using CodedOutputStream output = new(file);
        model.WriteTo(output);
        output.WriteTag((7 << 3) | 2);
        output.WriteMessage(graph);
        return path;

        string Pool(string kind, long patch) => _graph.Node(kind, [Input], GraphBuilder.Attribute("kernel_shape", patch, patch), GraphBuilder.Attribute("strides", patch, patch));
    }

    private string Tokens(string map) => _graph.Node(
        "Transpose", [_graph.Node("Reshape", [map, _graph.Integers(0, 0, -1)])], new Attribute { Name = "perm", Ints = { 0, 2, 1 }, Type = Attribute.Types.Kind.Ints });

    private void Add(int index, string value, int rank)
    {
        if (index < Outputs.Length)
        {
            _graph.Graph.Node.Add(new Node { OpType = "Identity", Name = $"out{index}", Input = { value }, Output = { Outputs[index] } });
            _graph.Graph.Output.Add(Describe(Outputs[index], [.. Enumerable.Repeat(-1L, rank)]));
        }
    }

    private ValueInfo Describe(string name, long[] shape)
    {
        TensorType type = new() { ElemType = Half ? ElementType.Float16 : ElementType.Float, Shape = new Shape() };
        type.Shape.Dim.AddRange(shape.Select((size, axis) => size < 0 ? new Dimension { DimParam = $"{name}_{axis}" } : new Dimension { DimValue = size }));
        return new ValueInfo { Name = name, Type = new Features.Import.Onnx.Messages.Type { TensorType = type } };
    }
}
