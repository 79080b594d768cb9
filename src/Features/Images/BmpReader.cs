using System.Buffers.Binary;
using System.Numerics;

namespace MuSc.Features.Images;

/// <summary>Reads BMP files, which libvips does not: 1 to 32 bits, palettes, run lengths, bit fields, either direction of rows.</summary>
internal static class BmpReader
{
    /// <summary>Decodes a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, truncated or of an unsupported kind.</exception>
    public static RgbImage Read(ReadOnlySpan<byte> file)
    {
        BmpHeader header = new(file);
        ReadOnlySpan<byte> stored = file[header.PixelOffset..];
        if (header.Compression is BmpCompression.RunLength8 or BmpCompression.RunLength4)
        {
            // Unpacked to one byte a pixel; from there on it is an 8-bit file without padding.
            return ReadRows(header, BmpRunLength.Unpack(stored, header), bits: 8, stride: header.Width);
        }

        long stride = (((long)header.Width * header.Bits) + 31) / 32 * 4;
        long needed = (stride * (header.Height - 1)) + (((long)header.Width * header.Bits) + 7) / 8;
        return stored.Length >= needed
            ? ReadRows(header, stored, header.Bits, (int)stride)
            : throw new InvalidDataException($"the BMP file is truncated (its pixels take {needed} bytes, {stored.Length} are there)");
    }

    private static RgbImage ReadRows(BmpHeader header, ReadOnlySpan<byte> stored, int bits, int stride)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(header.Width * header.Height * 3));
        int rowBytes = header.Width * 3;
        for (int y = 0; y < header.Height; y++)
        {
            int storedRow = header.TopDown ? y : header.Height - 1 - y;
            ReadOnlySpan<byte> from = stored[(storedRow * stride)..];
            Span<byte> to = pixels.AsSpan(y * rowBytes, rowBytes);
            if (bits <= 8)
            {
                ReadIndices(from, bits, header.Palette, to);
            }
            else if (bits == 24)
            {
                ReadBlueGreenRed(from, to);
            }
            else
            {
                ReadFields(from, bits / 8, header.Masks, to);
            }
        }

        return new RgbImage(header.Width, header.Height, pixels);
    }

    private static void ReadIndices(ReadOnlySpan<byte> from, int bits, ReadOnlySpan<byte> palette, Span<byte> rgb)
    {
        int mask = (1 << bits) - 1;
        for (int to = 0, bit = 0; to < rgb.Length; to += 3, bit += bits)
        {
            int index = (from[bit / 8] >> (8 - bits - (bit % 8))) & mask;
            if (index * 3 >= palette.Length)
            {
                throw new InvalidDataException($"the BMP file is damaged (colour {index} of a palette of {palette.Length / 3} colours)");
            }

            palette.Slice(index * 3, 3).CopyTo(rgb[to..]);
        }
    }

    private static void ReadBlueGreenRed(ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        for (int i = 0; i < rgb.Length; i += 3)
        {
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (from[i + 2], from[i + 1], from[i]);
        }
    }

    private static void ReadFields(ReadOnlySpan<byte> from, int pixelBytes, ReadOnlySpan<uint> masks, Span<byte> rgb)
    {
        for (int to = 0; to < rgb.Length; to += 3, from = from[pixelBytes..])
        {
            uint pixel = pixelBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);
            for (int i = 0; i < 3; i++)
            {
                int shift = BitOperations.TrailingZeroCount(masks[i]);
                ulong full = masks[i] >> shift;
                rgb[to + i] = (byte)(((pixel & masks[i]) >> shift) * 255UL / full);
            }
        }
    }
}
