namespace MuSc.Engine.Exports;

/// <summary>
/// Label Studio's run lengths of a brush, as <c>encode_rle</c> of HumanSignal/label-studio-converter, brush.py, writes them (the format of
/// thi.ng/rle-pack): a stream of bits, the highest first, of the image's values row by row with four equal values a pixel (RGBA), 0 or 255.
/// </summary>
internal sealed class BrushRunLengths
{
    private const int WordBits = 8;
    private const int ChannelsOfPixel = 4;

    // Bits of a length; a run names which of the four it uses.
    private static readonly int[] LengthBits = [3, 4, 8, 16];

    private readonly List<byte> _bytes = [];
    private int _free;

    private BrushRunLengths()
    {
    }

    /// <summary>Encodes a mask.</summary>
    public static IReadOnlyList<byte> Encode(ScaledMask mask)
    {
        BrushRunLengths stream = new();
        long values = (long)mask.Width * mask.Height * ChannelsOfPixel;
        stream.Write((uint)values, 32);
        stream.Write(WordBits - 1, 5);
        foreach (int bits in LengthBits)
        {
            stream.Write((uint)bits - 1, 4);
        }

        (long done, long begin) = (0, 0);
        foreach (MaskRun run in mask.Rows())
        {
            long start = ((long)run.Line * mask.Width) + run.Begin;
            if (start > done)
            {
                // What was marked up to here ends; between lies what is not.
                stream.Run(byte.MaxValue, done - begin);
                stream.Run(byte.MinValue, start - done);
                begin = start;
            }

            done = start + run.End - run.Begin;
        }

        stream.Run(byte.MaxValue, done - begin);
        stream.Run(byte.MinValue, (values / ChannelsOfPixel) - done);
        return stream._bytes;
    }

    private void Run(byte value, long pixels)
    {
        for (long left = pixels * ChannelsOfPixel; left > 0;)
        {
            long length = Math.Min(left, 1L << LengthBits[^1]);
            int size = Array.FindIndex(LengthBits, bits => length <= 1L << bits);
            Write(1, 1);
            Write((uint)size, 2);
            Write((uint)(length - 1), LengthBits[size]);
            Write(value, WordBits);
            left -= length;
        }
    }

    private void Write(uint value, int bits)
    {
        for (int bit = bits - 1; bit >= 0; bit--)
        {
            if (_free == 0)
            {
                _bytes.Add(0);
                _free = 8;
            }

            _free--;
            _bytes[^1] |= (byte)(((value >> bit) & 1) << _free);
        }
    }
}
