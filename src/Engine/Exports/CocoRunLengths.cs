using System.Text;

namespace MuSc.Engine.Exports;

/// <summary>
/// COCO's compressed run lengths, as <c>rleToString</c> of cocodataset/cocoapi, common/maskApi.c, writes them: pixels column by column,
/// lengths of normal and marked pixels in turn, from the fourth on less the one before the last; 5 bits a character, the lowest first,
/// a sixth where more follow, plus 48.
/// </summary>
internal static class CocoRunLengths
{
    /// <summary>Encodes a region.</summary>
    /// <param name="region">The marked pixels.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    public static string Encode(MaskRegion region, int width, int height)
    {
        List<long> lengths = Lengths(region, (long)width * height, height);
        StringBuilder text = new();
        for (int at = 0; at < lengths.Count; at++)
        {
            Append(text, at > 2 ? lengths[at] - lengths[at - 2] : lengths[at]);
        }

        return text.ToString();
    }

    private static List<long> Lengths(MaskRegion region, long pixels, int height)
    {
        List<long> lengths = [];
        long done = 0;
        foreach (MaskRun run in region.Runs)
        {
            long begin = ((long)run.Line * height) + run.Begin;
            int length = run.End - run.Begin;
            if (begin == done && lengths.Count > 0)
            {
                // A column that is marked to its end goes on at the top of the next.
                lengths[^1] += length;
            }
            else
            {
                lengths.AddRange([begin - done, length]);
            }

            done = begin + length;
        }

        if (done < pixels)
        {
            lengths.Add(pixels - done);
        }

        return lengths;
    }

    private static void Append(StringBuilder text, long value)
    {
        bool more = true;
        while (more)
        {
            long bits = value & 0x1f;
            value >>= 5;
            more = (bits & 0x10) != 0 ? value != -1 : value != 0;
            text.Append((char)(48 + bits + (more ? 0x20 : 0)));
        }
    }
}
