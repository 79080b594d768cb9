using System.Runtime.InteropServices;

namespace MuSc.Engine.Ledger;

/// <summary>Numbers as their bytes, little-endian as on every machine that .NET runs on here.</summary>
internal static class BinaryArrays
{
    public static void WriteArray<T>(this BinaryWriter writer, ReadOnlySpan<T> values) where T : unmanaged =>
        writer.Write(MemoryMarshal.AsBytes(values));

    public static void ReadArray<T>(this BinaryReader reader, Span<T> values) where T : unmanaged =>
        reader.ReadExactly(MemoryMarshal.AsBytes(values));
}
