using System.Buffers.Binary;

namespace MuSc.Features.Images;

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

    /// <summary>Reads the headers.</summary>
    /// <param name="file">The whole file.</param>
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

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
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

    private static bool IsRunOfBits(uint mask) => mask != 0 && System.Numerics.BitOperations.IsPow2((ulong)(mask >> System.Numerics.BitOperations.TrailingZeroCount(mask)) + 1);

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
