using MuSc.Contracts;

namespace MuSc.Engine.Mutual;

/// <summary>One strip of a map: its images, and the passes that give them all their values.</summary>
internal sealed record StripPlan(ImageRange Images, IReadOnlyList<ResidentPass> Passes)
{
    public int Tiles => Passes.Sum(pass => pass.Inner.Count + pass.Columns.Sum(step => step.Tiles.Count));

    /// <summary>Image pairs.</summary>
    public long Pairs => Passes.Sum(pass => pass.Inner.Sum(tile => tile.Pairs) + pass.Columns.Sum(step => step.Tiles.Sum(tile => tile.Pairs)));

    /// <summary>What is left to do when some tiles are done.</summary>
    public StripPlan Without(TileSet done) => new(Images, [.. Passes
        .Select(pass => new ResidentPass(
            pass.Rows,
            [.. pass.Inner.Where(tile => !done.Contains(tile.Number))],
            [.. pass.Columns
                .Select(step => new ColumnStep(step.Columns, [.. step.Tiles.Where(tile => !done.Contains(tile.Number))]))
                .Where(step => step.Tiles.Count > 0)]))
        .Where(pass => pass.Inner.Count + pass.Columns.Count > 0)]);
}

/// <summary>Some images of a strip stay in memory (first among themselves) while others stream past them, block by block.</summary>
internal sealed record ResidentPass(ImageRange Rows, IReadOnlyList<Tile> Inner, IReadOnlyList<ColumnStep> Columns);

/// <summary>One streamed block and its tiles.</summary>
internal sealed record ColumnStep(ImageRange Columns, IReadOnlyList<Tile> Tiles);

/// <summary>
/// The tiles of one map of a group in the order of their work. Images 0 … scored−1 are scored, the references follow. Every
/// image of a strip meets every scorer once: with those of its own strip a pair is worked out once for both.
/// </summary>
internal static class TileSchedule
{
    public static IReadOnlyList<StripPlan> Of(int scored, int references, ScoringMode mode, ScoringLayout layout)
    {
        int block = layout.BlockImages;
        ImageRange[] referenceBlocks = [.. new ImageRange(scored, scored + references).Split(block)];
        List<StripPlan> strips = [];
        foreach (ImageRange strip in new ImageRange(0, scored).Split(Whole(layout.StripImages, block, scored)))
        {
            int number = 0;
            List<ResidentPass> passes = [];
            foreach (ImageRange rows in strip.Split(Whole(layout.ResidentImages, block, strip.Count)))
            {
                ImageRange[] rowBlocks = [.. rows.Split(block)];
                List<Tile> inner = [];
                List<ColumnStep> columns = [];
                if (mode == ScoringMode.Mutual)
                {
                    inner.AddRange(Triangle(rowBlocks, ref number));
                    columns.AddRange(Stream(rowBlocks, new ImageRange(rows.End, strip.End).Split(block), bothWays: true, ref number));
                    columns.AddRange(Stream(rowBlocks, new ImageRange(0, strip.First).Split(block), bothWays: false, ref number));
                    columns.AddRange(Stream(rowBlocks, new ImageRange(strip.End, scored).Split(block), bothWays: false, ref number));
                }

                columns.AddRange(Stream(rowBlocks, referenceBlocks, bothWays: false, ref number));
                passes.Add(new(rows, inner, columns));
            }

            strips.Add(new(strip, passes));
        }

        return strips;
    }

    /// <summary>Image pairs of all strips.</summary>
    public static long Pairs(IEnumerable<StripPlan> strips) => strips.Sum(strip => strip.Pairs);

    // Strips and passes end where blocks end.
    private static int Whole(int images, int block, int all) => images >= all ? Math.Max(all, 1) : Math.Max(images / block, 1) * block;

    private static List<Tile> Triangle(ImageRange[] blocks, ref int number)
    {
        List<Tile> tiles = [];
        for (int row = 0; row < blocks.Length; row++)
        {
            for (int column = row; column < blocks.Length; column++)
            {
                Tile tile = new(number, blocks[row], blocks[column], BothWays: true);
                if (tile.Pairs > 0)
                {
                    tiles.Add(tile);
                    number++;
                }
            }
        }

        return tiles;
    }

    private static List<ColumnStep> Stream(ImageRange[] rows, IEnumerable<ImageRange> columns, bool bothWays, ref int number)
    {
        List<ColumnStep> steps = [];
        foreach (ImageRange column in columns)
        {
            List<Tile> tiles = [];
            foreach (ImageRange row in rows)
            {
                tiles.Add(new(number++, row, column, bothWays));
            }

            steps.Add(new(column, tiles));
        }

        return steps;
    }
}
