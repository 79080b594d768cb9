using System.Runtime.InteropServices;
using MuSc.Features.Import.Safetensors;

namespace MuSc.Features.Import.Weights;

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
                ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(raw);
                for (int i = 0; i < length; i++)
                {
                    rows[i] = (float)halves[i];
                }

                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(raw);
                for (int i = 0; i < length; i++)
                {
                    rows[i] = BitConverter.Int32BitsToSingle(upper[i] << 16);
                }

                break;
        }

        foreach (float value in rows[..length])
        {
            if (!float.IsFinite(value))
            {
                throw new ImportException($"{file.Path}: tensor '{entry.Name}' holds a value that is not a finite number.");
            }
        }
    }
}
