using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MuSc.Tests;

/// <summary>A golden array, read whole: float16, float32, float64 or bytes, C order.</summary>
public sealed partial class Npy
{
    private readonly double[] _values;

    private Npy(int[] shape, double[] values)
    {
        Shape = shape;
        _values = values;
    }

    public int[] Shape { get; }

    public ReadOnlySpan<double> Doubles => _values;

    public float[] Floats => [.. _values.Select(value => (float)value)];

    public static Npy Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int headerLength = BitConverter.ToUInt16(bytes, 8);
        string header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        ReadOnlySpan<byte> data = bytes.AsSpan(10 + headerLength);
        int[] shape = [.. Sizes().Match(header).Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        double[] values = Kind().Match(header).Groups[1].Value switch
        {
            "<f2" => [.. MemoryMarshal.Cast<byte, Half>(data).ToArray().Select(value => (double)value)],
            "<f4" => [.. MemoryMarshal.Cast<byte, float>(data).ToArray().Select(value => (double)value)],
            "<f8" => MemoryMarshal.Cast<byte, double>(data).ToArray(),
            "|u1" or "|b1" => [.. data.ToArray().Select(value => (double)value)],
            string kind => throw new NotSupportedException($"{path}: {kind}"),
        };
        return new Npy(shape, values);
    }

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Sizes();

    [GeneratedRegex("'descr': '([^']*)'")]
    private static partial Regex Kind();
}
