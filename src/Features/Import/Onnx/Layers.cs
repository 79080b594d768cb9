using MuSc.Features.Import.Checkpoints;

namespace MuSc.Features.Import.Onnx;

/// <summary>A product with a matrix, and a bias where there is one.</summary>
/// <param name="Matrix">[inputs × outputs].</param>
/// <param name="Bias">[outputs], or none.</param>
internal sealed record Linear(Weight Matrix, Weight? Bias)
{
    /// <summary>Takes the weights from a checkpoint, which keeps matrices as [outputs × inputs].</summary>
    public static Linear Take(Checkpoint checkpoint, string name, int inputs, int outputs) =>
        new(new TransposedWeight(checkpoint.Take(name + ".weight", outputs, inputs)), checkpoint.Take(name + ".bias", outputs));
}

/// <summary>A layer normalisation over the channels.</summary>
/// <param name="Scale">[C].</param>
/// <param name="Shift">[C].</param>
/// <param name="Epsilon">Added to the variance.</param>
internal sealed record Norm(Weight Scale, Weight Shift, float Epsilon)
{
    /// <summary>Takes the weights from a checkpoint.</summary>
    public static Norm Take(Checkpoint checkpoint, string name, int width, float epsilon) =>
        new(checkpoint.Take(name + ".weight", width), checkpoint.Take(name + ".bias", width), epsilon);
}

/// <summary>One block of a transformer: attention and MLP, each behind a norm and, in DINOv2, before a scale per channel.</summary>
/// <param name="AttentionNorm">Before the attention.</param>
/// <param name="QueryKeyValue">[C × 3C].</param>
/// <param name="AttentionOut">[C × C].</param>
/// <param name="MlpNorm">Before the MLP.</param>
/// <param name="Up">[C × M].</param>
/// <param name="Down">[M × C].</param>
/// <param name="AttentionScale">[C], or none.</param>
/// <param name="MlpScale">[C], or none.</param>
/// <param name="PositionBias">[heads × w² × w²], added to the attention's logits (Swin); or none.</param>
internal sealed record TransformerBlock(
    Norm AttentionNorm, Linear QueryKeyValue, Linear AttentionOut, Norm MlpNorm, Linear Up, Linear Down,
    Weight? AttentionScale = null, Weight? MlpScale = null, Weight? PositionBias = null);

/// <summary>The layers that transformers are made of, in terms of ONNX operators (opset 17).</summary>
internal static class Layers
{
    public static string Add(this GraphBuilder graph, string left, string right) => graph.Node("Add", [left, right]);

    public static string Multiply(this GraphBuilder graph, string left, string right) => graph.Node("Mul", [left, right]);

    public static string MatrixProduct(this GraphBuilder graph, string left, string right) => graph.Node("MatMul", [left, right]);

    /// <summary>Gives a value new sizes; 0 keeps a size, −1 is what is left.</summary>
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

    /// <summary>Attention among the tokens of [… × tokens × C].</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="tokens">The value.</param>
    /// <param name="axes">Its axes before the channels.</param>
    /// <param name="heads">How many.</param>
    /// <param name="block">The weights.</param>
    /// <param name="name">What the weights' names begin with.</param>
    /// <param name="scale">The name of the queries' scale, which depends on the channels of a head.</param>
    /// <param name="mask">Added to the logits, or none.</param>
    public static string Attention(
        this GraphBuilder graph, string tokens, int axes, int heads, TransformerBlock block, string name, string scale, string? mask = null)
    {
        int width = block.AttentionOut.Matrix.RowLength;
        int channels = width / heads;
        long[] kept = new long[axes];
        long[] outer = [.. Enumerable.Range(0, axes - 1)];
        long[] byHead = [.. outer, axes, axes - 1, axes + 1];
        string joint = graph.Linear(tokens, block.QueryKeyValue, $"{name}.attention.qkv");
        string[] parts = graph.Nodes("Split", [joint, graph.Integers(width, width, width)], 3, GraphBuilder.Attribute("axis", -1));
        string[] split = [.. parts.Select(part => graph.Reshape(part, [.. kept, heads, channels]))];
        string query = graph.Multiply(graph.Transpose(split[0], byHead), graph.Scalar(scale, 1 / MathF.Sqrt(channels)));
        string logits = graph.MatrixProduct(query, graph.Transpose(split[1], [.. outer, axes, axes + 1, axes - 1]));
        logits = block.PositionBias is null ? logits : graph.Add(logits, graph.Constant($"{name}.attention.position_bias", block.PositionBias));
        logits = mask is null ? logits : graph.Add(logits, mask);
        string shares = graph.Node("Softmax", [logits], GraphBuilder.Attribute("axis", -1));
        string mixed = graph.Transpose(graph.MatrixProduct(shares, graph.Transpose(split[2], byHead)), byHead);
        return graph.Linear(graph.Reshape(mixed, [.. kept, width]), block.AttentionOut, $"{name}.attention.out");
    }

    /// <summary>The patch embedding: [B × 3 × S × S] to [B × G² × C].</summary>
    public static string Patches(this GraphBuilder graph, int size, int patch, Weight kernel, Weight? bias)
    {
        string pixels = graph.Input("pixels", -1, 3, size, size);
        string weight = graph.Constant("patch.weight", kernel);
        string[] inputs = bias is null ? [pixels, weight] : [pixels, weight, graph.Constant("patch.bias", bias)];
        string patches = graph.Node("Conv", inputs, GraphBuilder.Attribute("strides", [patch, patch]));
        return graph.Transpose(graph.Reshape(patches, 0, kernel.Rows, (long)(size / patch) * (size / patch)), 0, 2, 1);
    }

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
