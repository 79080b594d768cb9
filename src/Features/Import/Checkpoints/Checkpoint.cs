namespace MuSc.Features.Import.Checkpoints;

/// <summary>A checkpoint as a family reads it: tensors are taken by name and shape, and what was missing or left over is reported at the end.</summary>
internal sealed class Checkpoint(SafetensorsFile file)
{
    private const int Listed = 12;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    public string Path => file.Path;

    public IEnumerable<string> Names => file.Tensors.Keys;

    public bool Has(string name) => file.Tensors.ContainsKey(name);

    /// <summary>The shape of a tensor that the family cannot do without.</summary>
    /// <exception cref="ImportException">It is missing or of another rank.</exception>
    public long[] Shape(string name, int rank)
    {
        TensorEntry entry = Entry(name);
        return entry.Shape.Length == rank && entry.Shape.All(size => size > 0)
            ? entry.Shape
            : throw new ImportException($"{Path}: the tensor '{name}' is {entry.ShapeText}; {rank} sizes from 1 are expected.");
    }

    /// <summary>How many values a tensor has that the family cannot do without.</summary>
    /// <exception cref="ImportException">It is missing.</exception>
    public long Length(string name) => Entry(name).Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Takes a tensor. A missing or ill-shaped one is noted for <see cref="Finish"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape that it must have, but for sizes of 1.</param>
    public Weight Take(string name, params long[] shape)
    {
        if (!file.Tensors.TryGetValue(name, out TensorEntry? entry))
        {
            _problems.Add($"'{name}' is missing");
            return new ArrayWeight([], [0, .. shape.Skip(1)]);
        }

        _taken.Add(name);
        if (entry.Type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            _problems.Add($"'{name}' is {entry.Type}; F32, F16 or BF16 is expected");
        }
        else if (!entry.Shape.Where(size => size != 1).SequenceEqual(shape.Where(size => size != 1)))
        {
            _problems.Add($"'{name}' is {entry.ShapeText}; [{string.Join(", ", shape)}] is expected");
        }

        return new TensorWeight(file, entry, shape);
    }

    public Weight? TakeIfAny(string name, params long[] shape) => Has(name) ? Take(name, shape) : null;

    /// <summary>Passes over a tensor that may be there and is not needed.</summary>
    public void Ignore(string name) => _taken.Add(name);

    /// <summary>How many blocks there are under names such as <c>blocks.0.norm1.weight</c>, which stand around the number.</summary>
    public int Count(string prefix, string suffix) => Enumerable.Range(0, int.MaxValue).TakeWhile(block => Has($"{prefix}{block}{suffix}")).Count();

    /// <summary>Reports everything that was missing, ill-shaped or left over.</summary>
    /// <param name="family">What the checkpoint was taken for.</param>
    /// <param name="unneeded">Beginnings of the names of tensors that belong there but are not needed (a classifier, the text half).</param>
    /// <exception cref="ImportException">There is such a tensor; the message lists them.</exception>
    public void Finish(string family, IReadOnlyList<string> unneeded)
    {
        _problems.AddRange(Names
            .Where(name => !_taken.Contains(name) && !unneeded.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(name => $"'{name}' is unknown"));
        if (_problems.Count > 0)
        {
            string more = _problems.Count > Listed ? $" ... and {_problems.Count - Listed} more" : string.Empty;
            throw new ImportException($"{Path} looks like {family}, but its tensors differ: {string.Join("; ", _problems.Take(Listed))}{more}.");
        }
    }

    private TensorEntry Entry(string name) => file.Tensors.TryGetValue(name, out TensorEntry? entry)
        ? entry
        : throw new ImportException($"{Path}: the tensor '{name}' is missing.");
}
