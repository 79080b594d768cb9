using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Import.Onnx;

/// <summary>A product with a matrix, and a bias where there is one.</summary>
/// <param name="Matrix">[inputs × outputs].</param>
/// <param name="Bias">[outputs], or none.</param>
internal sealed record Linear(Weight Matrix, Weight? Bias);

/// <summary>A layer normalisation over the channels.</summary>
/// <param name="Scale">[C].</param>
/// <param name="Shift">[C].</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record Norm(Weight Scale, Weight Shift, float Epsilon);

/// <summary>The layers that transformers are made of, in terms of ONNX operators (opset 17).</summary>
internal static class Layers
{
    public static string Add(this GraphBuilder graph, string left, string right) => graph.Node("Add", [left, right]);

    public static string Multiply(this GraphBuilder graph, string left, string right) => graph.Node("Mul", [left, right]);

    public static string MatrixProduct(this GraphBuilder graph, string left, string right) => graph.Node("MatMul", [left, right]);

    /// <param name="graph">The graph.</param>
    /// <param name="value">The value.</param>
    /// <param name="shape">New sizes; 0 keeps a size, −1 is what is left.</param>
    public static string Reshape(this GraphBuilder graph, string value, params long[] shape) =>
        graph.Node("Reshape", [value, graph.Integers(shape)]);

    public static string Transpose(this GraphBuilder graph, string value, params long[] order) =>
        graph.Node("Transpose", [value], GraphBuilder.Attribute("perm", order));

    public static string Linear(this GraphBuilder graph, string value, Linear layer, string name)
    {
        string product = graph.MatrixProduct(value, graph.Constant($"{name}.weight", layer.Matrix));
        return layer.Bias is null ? product : graph.Add(product, graph.Constant($"{name}.bias", layer.Bias));
    }

    public static string Norm(this GraphBuilder graph, string value, Norm norm, string name) => graph.Node(
        "LayerNormalization",
        [value, graph.Constant($"{name}.weight", norm.Scale), graph.Constant($"{name}.bias", norm.Shift)],
        GraphBuilder.Attribute("axis", -1),
        GraphBuilder.Attribute("epsilon", norm.Epsilon));

    public static string Softmax(this GraphBuilder graph, string value) => graph.Node("Softmax", [value], GraphBuilder.Attribute("axis", -1));

    /// <summary>GELU by the error function: x/2 · (1 + erf(x/√2)).</summary>
    public static string Gelu(this GraphBuilder graph, string value)
    {
        string scaled = graph.Node("Div", [value, graph.Scalar("sqrt2", MathF.Sqrt(2))]);
        string error = graph.Add(graph.Node("Erf", [scaled]), graph.Scalar("one", 1));
        return graph.Multiply(graph.Multiply(value, error), graph.Scalar("half", 0.5f));
    }

    /// <summary>The GELU of OpenAI's CLIP: x · σ(1.702 x).</summary>
    public static string QuickGelu(this GraphBuilder graph, string value) =>
        graph.Multiply(value, graph.Node("Sigmoid", [graph.Multiply(value, graph.Scalar("quick", 1.702f))]));

    /// <summary>The two layers of a transformer's MLP.</summary>
    public static string Mlp(this GraphBuilder graph, string value, Linear up, Linear down, Activation activation, string name)
    {
        string hidden = graph.Linear(value, up, $"{name}.mlp.up");
        hidden = activation == Activation.QuickGelu ? graph.QuickGelu(hidden) : graph.Gelu(hidden);
        return graph.Linear(hidden, down, $"{name}.mlp.down");
    }

    /// <summary>Divides by the Euclidean length along the last axis.</summary>
    public static string Normalise(this GraphBuilder graph, string value) => graph.Node(
        "Div",
        [value, graph.Node("ReduceL2", [value], GraphBuilder.Attribute("axes", [-1]), GraphBuilder.Attribute("keepdims", 1))]);
}
