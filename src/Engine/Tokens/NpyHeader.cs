using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace MuSc.Engine.Tokens;

/// <summary>The kinds of elements of NumPy arrays that are read and written, all little-endian.</summary>
public enum NpyType
{
    /// <summary>One byte, 0 or 1 (<c>|b1</c>).</summary>
    Boolean,

    /// <summary>One unsigned byte (<c>|u1</c>).</summary>
    UInt8,

    /// <summary>32-bit integer (<c>&lt;i4</c>).</summary>
    Int32,

    /// <summary>64-bit integer (<c>&lt;i8</c>).</summary>
    Int64,

    /// <summary>Half precision (<c>&lt;f2</c>).</summary>
    Float16,

    /// <summary>Single precision (<c>&lt;f4</c>).</summary>
    Float32,

    /// <summary>Double precision (<c>&lt;f8</c>).</summary>
    Float64,
}

/// <summary>The head of a <c>.npy</c> file (NumPy format versions 1.0 to 3.0): kind of elements, shape, where the data begin.</summary>
/// <param name="Type">Kind of the elements.</param>
/// <param name="Shape">Lengths of the dimensions; empty for a single value.</param>
/// <param name="DataOffset">Bytes before the first element.</param>
internal sealed partial record NpyHeader(NpyType Type, long[] Shape, long DataOffset)
{
    private const int LongestText = 1 << 16;

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    private static readonly (string Code, NpyType Type, int Bytes)[] Types =
    [
        ("b1", NpyType.Boolean, 1), ("u1", NpyType.UInt8, 1), ("i4", NpyType.Int32, 4), ("i8", NpyType.Int64, 8),
        ("f2", NpyType.Float16, 2), ("f4", NpyType.Float32, 4), ("f8", NpyType.Float64, 8),
    ];

    /// <summary>Elements in all.</summary>
    public long Length => CountOf(Shape);

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => Array.Find(Types, entry => entry.Type == Type).Bytes;

    /// <summary>Reads a head from the first bytes of a file.</summary>
    /// <exception cref="FormatException">What is wrong, as a phrase without the file's name.</exception>
    public static NpyHeader Read(SafeFileHandle file)
    {
        byte[] start = new byte[12];
        int got = NpyFile.ReadUpTo(file, start, 0);
        if (got < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new FormatException("it is not a NumPy array (.npy)");
        }

        (int prefix, long length) = start[6] switch
        {
            1 => (10, BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))),
            2 or 3 when got == 12 => (12, BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8))),
            _ => throw new FormatException($"its format version {start[6]}.{start[7]} is not known (1.0 to 3.0 are)"),
        };
        byte[] text = new byte[Math.Min(length, LongestText + 1)];
        if (length > LongestText || NpyFile.ReadUpTo(file, text, prefix) < length)
        {
            throw new FormatException("its head is cut off or damaged");
        }

        (NpyType type, long[] shape) = Parse(Encoding.UTF8.GetString(text));
        return new(type, shape, prefix + length);
    }

    /// <summary>The bytes of a version 1.0 head, padded so that the data begin at a multiple of 64.</summary>
    public static byte[] Write(NpyType type, ReadOnlySpan<long> shape)
    {
        (string code, _, int elementBytes) = Array.Find(Types, entry => entry.Type == type);
        string lengths = string.Join(", ", shape.ToArray()) + (shape.Length == 1 ? "," : "");
        string text = $"{{'descr': '{(elementBytes == 1 ? '|' : '<')}{code}', 'fortran_order': False, 'shape': ({lengths}), }}";
        int total = (10 + text.Length + 1 + 63) / 64 * 64;
        byte[] bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        ((byte[])[.. Magic, 1, 0]).CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static (NpyType Type, long[] Shape) Parse(string text)
    {
        Match order = OrderPattern().Match(text);
        Match shape = ShapePattern().Match(text);
        Match type = TypePattern().Match(text);
        if (!order.Success || !shape.Success || !text.Contains("'descr'", StringComparison.Ordinal))
        {
            throw new FormatException("its head is damaged");
        }

        string code = type.Success ? type.Groups["code"].Value : "a structure";
        int known = Array.FindIndex(Types, entry => entry.Code == code);
        if (known < 0 || (type.Groups["order"].Value == ">" && Types[known].Bytes > 1))
        {
            string shown = type.Success ? type.Groups["order"].Value + code : code;
            throw new FormatException(
                $"its elements are of type {shown}; save it as float16, float32, float64, int32, int64, uint8 or bool, little-endian");
        }

        if (order.Groups["value"].Value == "True")
        {
            throw new FormatException("it is in Fortran order; save numpy.ascontiguousarray(array) instead");
        }

        return (Types[known].Type, Lengths(shape.Groups["values"].Value));
    }

    private static long[] Lengths(string values)
    {
        long[] shape = [.. values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
            long.TryParse(part.TrimEnd('L'), NumberStyles.None, null, out long length) ? length : throw new FormatException("its head is damaged"))];
        try
        {
            // Eight bytes an element at most: the file's length must be a number too.
            _ = checked(CountOf(shape) * 8);
            return shape;
        }
        catch (OverflowException)
        {
            throw new FormatException("its shape is larger than any file");
        }
    }

    private static long CountOf(long[] shape) => shape.Aggregate(1L, (product, length) => checked(product * length));

    [GeneratedRegex(@"'descr'\s*:\s*'(?<order>[<>|=]?)(?<code>[^']+)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(?<value>True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\((?<values>[^()]*)\)")]
    private static partial Regex ShapePattern();
}

/// <summary>Converts the elements of an array file to and from numbers of this program; wider ones are rounded.</summary>
internal static class NpyElements
{
    /// <summary>Bytes that are converted at a time.</summary>
    public const int PartBytes = 1 << 16;

    public static void Read<T>(NpyType type, ReadOnlySpan<byte> bytes, Span<T> values)
        where T : unmanaged, INumberBase<T>
    {
        switch (type)
        {
            case NpyType.Float16: Convert<Half, T>(bytes, values); break;
            case NpyType.Float32: Convert<float, T>(bytes, values); break;
            case NpyType.Float64: Convert<double, T>(bytes, values); break;
            case NpyType.Int32: Convert<int, T>(bytes, values); break;
            case NpyType.Int64: Convert<long, T>(bytes, values); break;
            default: TensorPrimitives.ConvertTruncating(bytes, values); break;
        }
    }

    public static void Write<T>(NpyType type, ReadOnlySpan<T> values, Span<byte> bytes)
        where T : unmanaged, INumberBase<T>
    {
        switch (type)
        {
            case NpyType.Float16: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, Half>(bytes)); break;
            case NpyType.Float32: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, float>(bytes)); break;
            case NpyType.Float64: TensorPrimitives.ConvertTruncating(values, MemoryMarshal.Cast<byte, double>(bytes)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "Only floating-point arrays are written.");
        }
    }

    private static void Convert<TFrom, T>(ReadOnlySpan<byte> bytes, Span<T> values)
        where TFrom : unmanaged, INumberBase<TFrom>
        where T : unmanaged, INumberBase<T> => TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, TFrom>(bytes), values);
}
