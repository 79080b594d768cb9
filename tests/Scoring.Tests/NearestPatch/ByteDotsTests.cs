using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.NearestPatch;

/// <summary>The C function against plain loops.</summary>
public sealed unsafe class ByteDotsTests
{
    [ByteDotsFact]
    public void Sums_are_exact_at_the_ends_of_the_range_and_leave_rows_beyond_those_wanted_alone()
    {
        Random random = new(5);
        foreach ((int channels, int rowCount) in ((int, int)[])[(1, 48), (4, 48), (7, 16), (192, 40), (1024, 48)])
        {
            int quads = (channels + 3) / 4;
            sbyte[] rows = Panel(random, channels);
            sbyte[] columns = Panel(random, channels);
            int[] sums = [.. Enumerable.Range(0, ByteDots.Width).Select(row => Enumerable.Range(0, quads * 4).Sum(channel => At(rows, row, channel)))];
            float[] rowScales = [.. Enumerable.Range(0, ByteDots.Width).Select(row => 1f + (row % 2))];
            float[] columnScales = [.. Enumerable.Range(0, ByteDots.Width).Select(column => 0.5f * (column % 3))];
            float[] tile = new float[ByteDots.Width * ByteDots.Width];
            Array.Fill(tile, 1);
            fixed (sbyte* rowsAt = rows, columnsAt = columns)
            fixed (int* sumsAt = sums)
            fixed (float* rowScalesAt = rowScales, columnScalesAt = columnScales, tileAt = tile)
            {
                ByteDots.Add(rowsAt, columnsAt, quads, sumsAt, rowScalesAt, columnScalesAt, rowCount, tileAt);
            }

            for (int at = 0; at < tile.Length; at++)
            {
                (int row, int column) = (at / ByteDots.Width, at % ByteDots.Width);
                int dot = Enumerable.Range(0, channels).Sum(channel => At(rows, row, channel) * At(columns, column, channel));
                Assert.Equal(row < rowCount ? 1 + (rowScales[row] * columnScales[column] * dot) : 1, tile[at]);
            }
        }
    }

    private static int At(sbyte[] panel, int patch, int channel) =>
        panel[(channel / 4 * ByteDots.Width * 4) + (patch * 4) + (channel % 4)];

    /// <summary>Bytes of which many are ±127; zeros past the last channel.</summary>
    private static sbyte[] Panel(Random random, int channels)
    {
        sbyte[] panel = new sbyte[ByteDots.PanelLength(channels)];
        for (int at = 0; at < panel.Length; at++)
        {
            int channel = (at / (ByteDots.Width * 4) * 4) + (at % 4);
            panel[at] = channel < channels ? (sbyte)Math.Clamp(random.Next(-200, 201), -127, 127) : (sbyte)0;
        }

        return panel;
    }

    private sealed class ByteDotsFactAttribute : FactAttribute
    {
        public ByteDotsFactAttribute()
        {
            if (!ByteDots.IsSupported)
            {
                Skip = "Needs a C compiler when building and a processor with AVX-512 VNNI.";
            }
        }
    }
}
