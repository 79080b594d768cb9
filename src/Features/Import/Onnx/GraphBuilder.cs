using MuSc.Features.Import.Checkpoints;
using MuSc.Features.Import.Onnx.Messages;

namespace MuSc.Features.Import.Onnx;

/// <summary>Collects the nodes and constants of a network. A value is known by its name, which the methods return.</summary>
internal sealed class GraphBuilder
{
    private readonly Dictionary<string, string> _integers = [];
    private readonly Dictionary<Weight, string> _names = [];
    private int _values;

    /// <summary>Nodes, inputs, outputs and integer constants; the weights are apart.</summary>
    public Graph Graph { get; } = new() { Name = "backbone" };

    /// <summary>The weights by name, in the order in which they are first used.</summary>
    public List<(string Name, Weight Weight)> Weights { get; } = [];

    /// <summary>Declares the graph's input; a negative size is the free batch size.</summary>
    public string Input(string name, params long[] shape)
    {
        Graph.Input.Add(Describe(name, shape));
        return name;
    }

    /// <summary>Gives a value to the outside under a name of its own; a negative size is the free batch size.</summary>
    public void Output(string name, string value, params long[] shape)
    {
        Graph.Node.Add(new Node { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        Graph.Output.Add(Describe(name, shape));
    }

    /// <summary>Adds a node of an ONNX operator (opset 17) with one output.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params Messages.Attribute[] attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    public string[] Nodes(string operation, IEnumerable<string> inputs, int outputs, params Messages.Attribute[] attributes)
    {
        Node node = new() { OpType = operation, Name = string.Create(CultureInfo.InvariantCulture, $"{operation}_{Graph.Node.Count}") };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        node.Output.AddRange(Enumerable.Range(0, outputs).Select(_ => string.Create(CultureInfo.InvariantCulture, $"v{_values++}")));
        Graph.Node.Add(node);
        return [.. node.Output];
    }

    /// <summary>Adds a weight, once however often it is used.</summary>
    public string Constant(string name, Weight weight)
    {
        if (!_names.TryGetValue(weight, out string? known))
        {
            _names.Add(weight, known = name);
            Weights.Add((name, weight));
        }

        return known;
    }

    /// <summary>Adds a number for arithmetic.</summary>
    public string Scalar(string name, float value) => Weights.Exists(weight => weight.Name == name)
        ? name
        : Constant(name, new ArrayWeight([value], 1));

    /// <summary>Adds a list of integers: a shape, axes, an index.</summary>
    public string Integers(params long[] values)
    {
        string key = string.Join('_', values);
        if (!_integers.TryGetValue(key, out string? name))
        {
            _integers.Add(key, name = string.Create(CultureInfo.InvariantCulture, $"i{_integers.Count}"));
            Tensor tensor = new() { Name = name, DataType = ElementType.Int64, Dims = { values.Length } };
            tensor.Int64Data.AddRange(values);
            Graph.Initializer.Add(tensor);
        }

        return name;
    }

    public static Messages.Attribute Attribute(string name, long value) => new() { Name = name, I = value, Type = Messages.Attribute.Types.Kind.Int };

    public static Messages.Attribute Attribute(string name, float value) => new() { Name = name, F = value, Type = Messages.Attribute.Types.Kind.Float };

    public static Messages.Attribute Attribute(string name, params long[] values)
    {
        Messages.Attribute attribute = new() { Name = name, Type = Messages.Attribute.Types.Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfo Describe(string name, long[] shape)
    {
        Messages.TensorType type = new() { ElemType = ElementType.Float, Shape = new Shape() };
        type.Shape.Dim.AddRange(shape.Select(size => size < 0 ? new Dimension { DimParam = "batch" } : new Dimension { DimValue = size }));
        return new ValueInfo { Name = name, Type = new Messages.Type { TensorType = type } };
    }
}
