using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MuSc.Engine.Tokens;

/// <summary>Converts the elements of an array file to and from numbers of this program.</summary>
internal static class NpyElements
{
    /// <summary>Elements of a file as float32; wider ones are rounded.</summary>
    public static void ToSingle(NpyType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case NpyType.Float32: MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values); break;
            case NpyType.Float16: TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values); break;
            case NpyType.Float64: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), values); break;
            case NpyType.Int32: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), values); break;
            case NpyType.Int64: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(bytes), values); break;
            default: TensorPrimitives.ConvertTruncating(bytes, values); break;
        }
    }

    /// <summary>Elements of a file as float64.</summary>
    public static void ToDouble(NpyType type, ReadOnlySpan<byte> bytes, Span<double> values)
    {
        switch (type)
        {
            case NpyType.Float64: MemoryMarshal.Cast<byte, double>(bytes).CopyTo(values); break;
            case NpyType.Float32: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, float>(bytes), values); break;
            case NpyType.Float16: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, Half>(bytes), values); break;
            case NpyType.Int32: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, int>(bytes), values); break;
            case NpyType.Int64: TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, long>(bytes), values); break;
            default: TensorPrimitives.ConvertTruncating(bytes, values); break;
        }
    }

    /// <summary>float32 as elements of a file of float16, float32 or float64.</summary>
    public static void FromSingle(NpyType type, ReadOnlySpan<float> values, Span<byte> bytes)
    {
        switch (type)
        {
            case NpyType.Float32: values.CopyTo(MemoryMarshal.Cast<byte, float>(bytes)); break;
            case NpyType.Float16: TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes)); break;
            case NpyType.Float64: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(bytes)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "Only floating-point arrays are written.");
        }
    }

    /// <summary>float64 as elements of a file of float16, float32 or float64.</summary>
    public static void FromDouble(NpyType type, ReadOnlySpan<double> values, Span<byte> bytes)
    {
        switch (type)
        {
            case NpyType.Float64: values.CopyTo(MemoryMarshal.Cast<byte, double>(bytes)); break;
            case NpyType.Float32: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(bytes)); break;
            case NpyType.Float16: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, Half>(bytes)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "Only floating-point arrays are written.");
        }
    }
}
