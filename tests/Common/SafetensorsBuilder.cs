using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MuSc.Tests;

/// <summary>Writes safetensors files for tests, in the order in which tensors are added.</summary>
public sealed class SafetensorsBuilder
{
    private readonly List<(string Name, string Type, long[] Shape, byte[] Data)> _tensors = [];

    public IReadOnlyList<string> Names => [.. _tensors.Select(tensor => tensor.Name)];

    public SafetensorsBuilder Add(string name, float[] values, params long[] shape)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, shape.Aggregate(1L, (product, size) => product * size));
        _tensors.Add((name, "F32", shape, MemoryMarshal.AsBytes<float>(values).ToArray()));
        return this;
    }

    public SafetensorsBuilder AddRaw(string name, string type, byte[] data, params long[] shape)
    {
        _tensors.Add((name, type, shape, data));
        return this;
    }

    public SafetensorsBuilder Remove(string name)
    {
        _tensors.RemoveAll(tensor => tensor.Name == name);
        return this;
    }

    /// <summary>All float32 tensors as F16 or BF16; the values must be exact there.</summary>
    public SafetensorsBuilder Narrowed(string type)
    {
        SafetensorsBuilder narrowed = new();
        foreach ((string name, _, long[] shape, byte[] data) in _tensors)
        {
            ushort[] halves = [.. MemoryMarshal.Cast<byte, float>(data).ToArray().Select(value => Narrow(value, type))];
            narrowed.AddRaw(name, type, MemoryMarshal.AsBytes<ushort>(halves).ToArray(), shape);
        }

        return narrowed;
    }

    public string Header()
    {
        long offset = 0;
        List<string> entries = ["\"__metadata__\":{\"format\":\"pt\"}"];
        foreach ((string name, string type, long[] shape, byte[] data) in _tensors)
        {
            entries.Add($"{JsonSerializer.Serialize(name)}:{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{offset},{offset + data.Length}]}}");
            offset += data.Length;
        }

        return "{" + string.Join(',', entries) + "}";
    }

    public byte[] Data() => [.. _tensors.SelectMany(tensor => tensor.Data)];

    public string Save(string path)
    {
        File.WriteAllBytes(path, Join(Encoding.UTF8.GetBytes(Header()), Data()));
        return path;
    }

    /// <summary>A file of a header and data, whatever they hold.</summary>
    public static byte[] Join(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    private static ushort Narrow(float value, string type)
    {
        ushort half = type == "F16" ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        float back = type == "F16" ? (float)BitConverter.UInt16BitsToHalf(half) : BitConverter.UInt32BitsToSingle((uint)half << 16);
        return value.Equals(back) ? half : throw new ArgumentException($"{value} has no exact {type}.", nameof(value));
    }
}
