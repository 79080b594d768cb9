namespace MuSc.Features.Images;

/// <summary>Unpacks the run lengths of BMP files of 4 and 8 bits.</summary>
internal static class BmpRunLength
{
    private const int EndOfRow = 0, EndOfBitmap = 1, Delta = 2;

    /// <summary>The palette indices, [Height × Width], in stored order of rows; what the file jumps over is colour 0.</summary>
    /// <exception cref="InvalidDataException">The data end too early or leave the picture.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, BmpHeader header)
    {
        byte[] indices = new byte[header.Width * header.Height];
        bool nibbles = header.Compression == BmpCompression.RunLength4;
        int at = 0;
        int x = 0;
        int y = 0;
        while (true)
        {
            if (at + 2 > packed.Length)
            {
                // Some writers leave the end mark out.
                return y >= header.Height || (y == header.Height - 1 && x >= header.Width) ? indices : throw Truncated();
            }

            int count = packed[at];
            int value = packed[at + 1];
            at += 2;
            if (count > 0)
            {
                Span<byte> run = Place(count);
                for (int i = 0; i < run.Length; i++)
                {
                    run[i] = (byte)(nibbles ? Nibble(value, i) : value);
                }

                continue;
            }

            switch (value)
            {
                case EndOfRow:
                    (x, y) = (0, y + 1);
                    break;
                case EndOfBitmap:
                    return indices;
                case Delta when at + 2 <= packed.Length:
                    (x, y) = (x + packed[at], y + packed[at + 1]);
                    at += 2;
                    break;
                case Delta:
                    throw Truncated();
                default:
                    int bytes = nibbles ? (value + 1) / 2 : value;
                    if (at + bytes > packed.Length)
                    {
                        throw Truncated();
                    }

                    Span<byte> literal = Place(value);
                    for (int i = 0; i < literal.Length; i++)
                    {
                        literal[i] = (byte)(nibbles ? Nibble(packed[at + (i / 2)], i) : packed[at + i]);
                    }

                    // Literals are padded to 16 bits.
                    at += bytes + (bytes & 1);
                    break;
            }
        }

        Span<byte> Place(int count)
        {
            if (y >= header.Height || x + count > header.Width)
            {
                throw new InvalidDataException($"the BMP file is damaged (a run of {count} pixels at column {x}, stored row {y} leaves the picture)");
            }

            Span<byte> place = indices.AsSpan((y * header.Width) + x, count);
            x += count;
            return place;
        }
    }

    private static int Nibble(int pair, int position) => position % 2 == 0 ? pair >> 4 : pair & 15;

    private static InvalidDataException Truncated() => new("the BMP file is truncated (its run lengths end before the picture does)");
}
