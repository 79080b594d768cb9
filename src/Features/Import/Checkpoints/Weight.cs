using System.Buffers;
using System.Numerics.Tensors;

namespace MuSc.Features.Import.Checkpoints;

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

    public long Length => Rows * RowLength;

    /// <summary>Reads some whole rows, [count × RowLength].</summary>
    public abstract void ReadRows(long first, int count, Span<float> values);

    /// <summary>All values in a new array; for small weights only.</summary>
    public float[] ToArray()
    {
        float[] values = new float[checked((int)Length)];
        ReadRows(0, checked((int)Rows), values);
        return values;
    }
}

/// <summary>A small weight that was computed at import.</summary>
internal sealed class ArrayWeight(float[] values, params long[] shape) : Weight(shape)
{
    public override void ReadRows(long first, int count, Span<float> rows) =>
        values.AsSpan(checked((int)(first * RowLength)), count * RowLength).CopyTo(rows);
}

/// <summary>A tensor of the checkpoint, widened to float32 as it is read.</summary>
internal sealed class TensorWeight(SafetensorsFile file, TensorEntry entry, params long[] shape) : Weight(shape)
{
    /// <exception cref="ImportException">A value is infinite or not a number.</exception>
    public override void ReadRows(long first, int count, Span<float> rows)
    {
        int length = count * RowLength;
        int bytes = TensorType.Bits(entry.Type) / 8;
        using MappedBytes mapped = file.Map(entry, first * RowLength * bytes, length * bytes);
        ReadOnlySpan<byte> raw = mapped.Span;
        switch (entry.Type)
        {
            case TensorType.F32:
                MemoryMarshal.Cast<byte, float>(raw).CopyTo(rows);
                break;
            case TensorType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(raw), rows);
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < length; i++)
                {
                    rows[i] = BitConverter.Int32BitsToSingle(upper[i] << 16);
                }

                break;
        }

        if (!TensorPrimitives.IsFiniteAll<float>(rows[..length]))
        {
            throw new ImportException($"{file.Path}: tensor '{entry.Name}' holds a value that is not a finite number.");
        }
    }
}

/// <summary>Weights one below the other, as query, key and value of one product.</summary>
internal sealed class ConcatenatedWeight(params Weight[] parts)
    : Weight([parts.Sum(part => part.Rows), .. parts[0].Shape.Skip(1)])
{
    public override void ReadRows(long first, int count, Span<float> rows)
    {
        foreach (Weight part in parts)
        {
            int taken = (int)Math.Clamp(part.Rows - first, 0, count);
            if (taken > 0)
            {
                part.ReadRows(first, taken, rows[..(taken * RowLength)]);
                rows = rows[(taken * RowLength)..];
                count -= taken;
            }

            first = Math.Max(0, first - part.Rows);
        }
    }
}

/// <summary>A matrix with rows and columns exchanged: checkpoints keep [outputs × inputs], a matrix product wants [inputs × outputs].</summary>
internal sealed class TransposedWeight(Weight source) : Weight(source.RowLength, source.Rows)
{
    // Source rows read at once: a source is read once per piece that is written, in runs that fit the cache.
    private const int SourceRows = 64;

    public override void ReadRows(long first, int count, Span<float> rows)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(SourceRows * source.RowLength);
        for (long top = 0; top < source.Rows; top += SourceRows)
        {
            int taken = (int)Math.Min(SourceRows, source.Rows - top);
            source.ReadRows(top, taken, buffer.AsSpan(0, taken * source.RowLength));
            for (int row = 0; row < count; row++)
            {
                Span<float> target = rows.Slice((row * RowLength) + (int)top, taken);
                for (int column = 0; column < taken; column++)
                {
                    target[column] = buffer[(column * source.RowLength) + (int)first + row];
                }
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }
}
