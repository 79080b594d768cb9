namespace MuSc.Engine.Exports;

/// <summary>
/// A mask in the size of the original image, by nearest neighbour: pixel i of W shows pixel ⌊(i + ½) · S / W⌋ of S, in whole numbers. It is
/// given as runs, so that an image of any size needs little memory.
/// </summary>
/// <param name="mask">[S × S] which pixels are anomalous.</param>
/// <param name="size">S.</param>
/// <param name="width">Columns of the original.</param>
/// <param name="height">Rows of the original.</param>
internal sealed class ScaledMask(bool[] mask, int size, int width, int height)
{
    /// <summary>Columns of the original.</summary>
    public int Width => width;

    /// <summary>Rows of the original.</summary>
    public int Height => height;

    /// <summary>The runs of each column from top to bottom, columns from left to right.</summary>
    public IEnumerable<MaskRun> Columns() => Runs(width, height, (column, row) => mask[(row * size) + column]);

    /// <summary>The runs of each row from left to right, rows from top to bottom.</summary>
    public IEnumerable<MaskRun> Rows() => Runs(height, width, (row, column) => mask[(row * size) + column]);

    // Lines that show the same line of the mask have the same runs.
    private IEnumerable<MaskRun> Runs(int lines, int length, Func<int, int, bool> marked)
    {
        List<MaskRun> runs = [];
        for (int line = 0, shown = -1; line < lines; line++)
        {
            int source = Source(line, lines);
            if (source != shown)
            {
                shown = source;
                runs = Line(source, length, marked);
            }

            foreach (MaskRun run in runs)
            {
                yield return run with { Line = line };
            }
        }
    }

    private List<MaskRun> Line(int source, int length, Func<int, int, bool> marked)
    {
        List<MaskRun> runs = [];
        int begin = -1;
        for (int at = 0; at <= length; at++)
        {
            bool here = at < length && marked(source, Source(at, length));
            if (here && begin < 0)
            {
                begin = at;
            }
            else if (!here && begin >= 0)
            {
                runs.Add(new(source, begin, at));
                begin = -1;
            }
        }

        return runs;
    }

    private int Source(int at, int length) => (int)(((2L * at) + 1) * size / (2L * length));
}

/// <summary>Marked pixels side by side in a column, or in a row.</summary>
/// <param name="Line">The column, or row.</param>
/// <param name="Begin">The first pixel.</param>
/// <param name="End">The pixel after the last.</param>
internal readonly record struct MaskRun(int Line, int Begin, int End);
