using MuSc.Features.Import.Onnx.Messages;
using System.Buffers;
using System.Runtime.InteropServices;
using MuSc.Features.Import.Weights;

namespace MuSc.Features.Import.Onnx;

/// <summary>Writes the values of weights, little-endian, one piece after the other.</summary>
/// <param name="type">Float or Float16.</param>
internal sealed class WeightWriter(ElementType type)
{
    // 16 MB: most matrices of a ViT-L in one piece.
    private const int PieceLength = 4 << 20;

    /// <summary>Bytes of a weight in the file.</summary>
    public long Bytes(Weight weight) => weight.Length * (type == ElementType.Float16 ? sizeof(ushort) : sizeof(float));

    /// <exception cref="ImportException">A value does not fit the type.</exception>
    public void Write(Stream stream, string name, Weight weight, CancellationToken cancellationToken)
    {
        int rows = (int)Math.Min(weight.Rows, Math.Max(1, PieceLength / Math.Max(1, weight.RowLength)));
        float[] piece = ArrayPool<float>.Shared.Rent(rows * weight.RowLength);
        for (long first = 0; first < weight.Rows; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(rows, weight.Rows - first);
            Span<float> values = piece.AsSpan(0, count * weight.RowLength);
            weight.ReadRows(first, count, values);
            stream.Write(type == ElementType.Float16 ? Narrow(values, name) : MemoryMarshal.AsBytes(values));
        }

        ArrayPool<float>.Shared.Return(piece);
    }

    /// <summary>Narrows in place: each half lies at or before the float that it comes from.</summary>
    private static Span<byte> Narrow(Span<float> values, string name)
    {
        Span<Half> halves = MemoryMarshal.Cast<float, Half>(values);
        for (int i = 0; i < values.Length; i++)
        {
            Half half = (Half)values[i];
            halves[i] = Half.IsFinite(half)
                ? half
                : throw new ImportException($"The weight '{name}' holds {values[i]}, which float16 cannot; import without --fp16.");
        }

        return MemoryMarshal.AsBytes(halves[..values.Length]);
    }
}
