using System.Buffers.Binary;
using System.Numerics;

namespace MuSc.Features.Images;

/// <summary>Reads BMP files, which libvips does not: 1 to 32 bits, palettes, run lengths, bit fields, either direction of rows.</summary>
internal static class BmpReader
{
    /// <summary>Decodes a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, truncated or of an unsupported kind.</exception>
    public static RgbImage Read(ReadOnlySpan<byte> file, DecodingMemory memory)
    {
        BmpHeader header = new(file);
        memory.Take(header.Width, header.Height);
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

/// <summary>How the pixels of a BMP file are packed.</summary>
internal enum BmpCompression
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    BitFields = 3,
    AlphaBitFields = 6,
}

/// <summary>The headers and the palette of a BMP file, checked.</summary>
internal sealed class BmpHeader
{
    private const int FileHeader = 14;
    private const int CoreHeader = 12;

    /// <summary>Reads the headers of a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is too short, or declares what no BMP may.</exception>
    public BmpHeader(ReadOnlySpan<byte> file)
    {
        int size = file.Length >= FileHeader + 4 ? Int32(file, FileHeader) : 0;
        if (size != CoreHeader && (size < 16 || size > 256))
        {
            throw new InvalidDataException($"the BMP file is damaged (its header is said to have {size} bytes)");
        }

        Require(file, FileHeader + size, "its header");
        ReadOnlySpan<byte> info = file.Slice(FileHeader, size);
        bool core = size == CoreHeader;
        long height = core ? BinaryPrimitives.ReadUInt16LittleEndian(info[6..]) : Int32(info, 8);
        long width = core ? BinaryPrimitives.ReadUInt16LittleEndian(info[4..]) : Int32(info, 4);
        ImageDecoder.CheckSize(width, Math.Abs(height));
        (Width, Height, TopDown) = ((int)width, (int)Math.Abs(height), height < 0);
        Bits = BinaryPrimitives.ReadUInt16LittleEndian(info[(core ? 10 : 14)..]);
        Compression = size >= 20 ? (BmpCompression)Int32(info, 16) : BmpCompression.None;
        CheckKind();
        Masks = ReadMasks(file);
        Palette = Bits <= 8 ? ReadPalette(file, size, core) : [];
        PixelOffset = Int32(file, 10);
        if (PixelOffset < FileHeader + size || PixelOffset > file.Length)
        {
            throw new InvalidDataException($"the BMP file is damaged (its pixels are said to begin at byte {(uint)PixelOffset} of {file.Length})");
        }
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Whether the first stored row is the top one.</summary>
    public bool TopDown { get; }

    /// <summary>Bits of a stored pixel: 1, 4, 8, 16, 24 or 32.</summary>
    public int Bits { get; }

    /// <summary>How pixels are packed.</summary>
    public BmpCompression Compression { get; }

    /// <summary>Where in a pixel of 16 or 32 bits red, green and blue lie.</summary>
    public uint[] Masks { get; }

    /// <summary>[colours × 3] as RGB; empty from 16 bits on.</summary>
    public byte[] Palette { get; }

    /// <summary>Where in the file the pixels begin.</summary>
    public int PixelOffset { get; }

    private static int Int32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);

    private static void Require(ReadOnlySpan<byte> file, int end, string what)
    {
        if (file.Length < end)
        {
            throw new InvalidDataException($"the BMP file is truncated ({what} ends at byte {end}, the file at {file.Length})");
        }
    }

    private void CheckKind()
    {
        bool known = Compression switch
        {
            BmpCompression.None => Bits is 1 or 4 or 8 or 16 or 24 or 32,
            BmpCompression.RunLength8 => Bits == 8 && !TopDown,
            BmpCompression.RunLength4 => Bits == 4 && !TopDown,
            BmpCompression.BitFields or BmpCompression.AlphaBitFields => Bits is 16 or 32,
            _ => false,
        };
        if (!known)
        {
            throw new InvalidDataException($"a BMP file of {Bits} bits and compression {(int)Compression} is not supported");
        }
    }

    private uint[] ReadMasks(ReadOnlySpan<byte> file)
    {
        if (Compression is not (BmpCompression.BitFields or BmpCompression.AlphaBitFields))
        {
            return Bits == 16 ? [0x7C00, 0x03E0, 0x001F] : [0xFF0000, 0x00FF00, 0x0000FF];
        }

        // Behind the 40 bytes of the oldest header, and at the same place inside every longer one.
        int offset = FileHeader + 40;
        Require(file, offset + 12, "its table of bit masks");
        uint[] masks = [(uint)Int32(file, offset), (uint)Int32(file, offset + 4), (uint)Int32(file, offset + 8)];
        return Array.TrueForAll(masks, IsRunOfBits)
            ? masks
            : throw new InvalidDataException("the BMP file is damaged (a colour's bit mask is empty or has gaps)");
    }

    private static bool IsRunOfBits(uint mask) => mask != 0 && BitOperations.IsPow2((ulong)(mask >> BitOperations.TrailingZeroCount(mask)) + 1);

    private byte[] ReadPalette(ReadOnlySpan<byte> file, int size, bool core)
    {
        int declared = size >= 36 ? Int32(file, FileHeader + 32) : 0;
        int colours = declared is > 0 and <= 256 ? declared : 1 << Bits;
        int entry = core ? 3 : 4;
        int start = FileHeader + size;
        Require(file, start + (colours * entry), "its palette");
        byte[] palette = new byte[colours * 3];
        for (int i = 0; i < colours; i++)
        {
            ReadOnlySpan<byte> blueGreenRed = file.Slice(start + (i * entry), 3);
            (palette[i * 3], palette[(i * 3) + 1], palette[(i * 3) + 2]) = (blueGreenRed[2], blueGreenRed[1], blueGreenRed[0]);
        }

        return palette;
    }
}
