namespace MuSc.Features.Import.Weights;

/// <summary>
/// A constant of the network as it will stand in the ONNX file. It is read in pieces when it is written, so that a network never
/// stands in memory as a whole.
/// </summary>
internal abstract class Weight(params long[] shape)
{
    /// <summary>Sizes, outermost first; at least one.</summary>
    public IReadOnlyList<long> Shape { get; } = shape;

    /// <summary>The outermost size.</summary>
    public long Rows => Shape[0];

    /// <summary>Values of one row: the product of the other sizes.</summary>
    public int RowLength { get; } = checked((int)shape.Skip(1).Aggregate(1L, (product, size) => checked(product * size)));

    /// <summary>All values.</summary>
    public long Length => Rows * RowLength;

    /// <summary>Reads whole rows.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="values">[count × RowLength].</param>
    public abstract void ReadRows(long first, int count, Span<float> values);

    /// <summary>All values in a new array; for small weights only.</summary>
    public float[] ToArray()
    {
        float[] values = new float[checked((int)Length)];
        ReadRows(0, checked((int)Rows), values);
        return values;
    }
}
