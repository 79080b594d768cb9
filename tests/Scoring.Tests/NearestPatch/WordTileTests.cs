using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Tests.NearestPatch;

/// <summary>Products of words against plain loops.</summary>
public sealed unsafe class WordTileTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(50)]
    public void Products_and_both_maxima_are_exact_up_to_the_ends_of_the_range(int words)
    {
        Random random = new(words);
        int rowWords = (words + 15) & ~15;
        short[] rows = new short[WordTile.Rows * rowWords];
        short[] columns = new short[WordTile.Width * rowWords];
        short[] panel = new short[WordTile.Width * words];
        Fill(rows);
        Fill(columns);
        for (int column = 0; column < WordTile.Width; column++)
        {
            for (int word = 0; word < words; word++)
            {
                panel[((word & ~1) * WordTile.Width) + (2 * WordTile.PlaceOf(column)) + (word & 1)] = columns[(column * rowWords) + word];
            }
        }

        const int stride = 20;
        short[] products = new short[WordTile.Rows * stride];
        short[] rowBest = new short[WordTile.Rows * WordTile.Width];
        short[] columnBest = new short[WordTile.Width];
        Array.Fill(rowBest, (short)100);
        fixed (short* rowsAt = rows, columnsAt = columns, panelAt = panel, productsAt = products, rowBestAt = rowBest, columnBestAt = columnBest)
        {
            WordTile.Multiply(rowsAt, rowWords, panelAt, words, productsAt, stride, rowBestAt, columnBestAt);
            for (int at = 0; at < WordTile.Rows * WordTile.Width; at++)
            {
                (int row, int column) = (at / WordTile.Width, at % WordTile.Width);
                int expected = Enumerable.Range(0, words).Sum(word => rows[(row * rowWords) + word] * columns[(column * rowWords) + word]) >> 16;
                Assert.Equal(expected, products[(row * stride) + column]);
                Assert.Equal(Math.Max(100, expected), rowBest[at]);
                Assert.Equal(expected, WordTile.Multiply(rowsAt, rowWords, columnsAt + (column * rowWords))[row]);
            }
        }

        Assert.Equal(Enumerable.Range(0, WordTile.Width).Select(column => Enumerable.Range(0, WordTile.Rows).Max(row => products[(row * stride) + column])), columnBest);

        // As packing does it: a patch has a length of about one, however it is spread.
        void Fill(short[] patches)
        {
            for (int first = 0; first < patches.Length; first += rowWords)
            {
                patches[first + random.Next(words)] = (short)(random.Next(2) == 0 ? 32000 : -32000);
                patches[first + random.Next(words)] += (short)random.Next(-700, 700);
            }
        }
    }
}
