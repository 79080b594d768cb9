using MuSc.Contracts;
using MuSc.Engine.Mutual;

namespace MuSc.Engine.Tests.Mutual;

public sealed class TileScheduleTests
{
    [Theory]
    [InlineData(10, 0, ScoringMode.Mutual, 3, 100, 100)]
    [InlineData(10, 4, ScoringMode.Mutual, 3, 3, 6)]
    [InlineData(11, 2, ScoringMode.Mutual, 2, 4, 5)]
    [InlineData(1, 2, ScoringMode.Mutual, 8, 8, 8)]
    [InlineData(7, 3, ScoringMode.References, 2, 2, 4)]
    public void Every_image_meets_every_scorer_once(int scored, int references, ScoringMode mode, int block, int resident, int strip)
    {
        int[,] met = new int[scored, scored + references];
        foreach (StripPlan plan in TileSchedule.Of(scored, references, mode, new(block, resident, strip)))
        {
            Tile[] tiles = [.. plan.Passes.SelectMany(pass => pass.Inner.Concat(pass.Columns.SelectMany(step => step.Tiles)))];
            Assert.Equal(Enumerable.Range(0, plan.Tiles), tiles.Select(tile => tile.Number));
            foreach (Tile tile in tiles)
            {
                for (int row = tile.Rows.First; row < tile.Rows.End; row++)
                {
                    for (int column = tile.IsDiagonal ? row + 1 : tile.Columns.First; column < tile.Columns.End; column++)
                    {
                        met[row, column]++;
                        if (tile.BothWays)
                        {
                            met[column, row]++;
                        }
                    }
                }
            }
        }

        for (int row = 0; row < scored; row++)
        {
            for (int column = 0; column < scored + references; column++)
            {
                Assert.Equal(row != column && (mode == ScoringMode.Mutual || column >= scored) ? 1 : 0, met[row, column]);
            }
        }
    }

    [Fact]
    public void One_strip_works_every_pair_out_once()
    {
        Assert.Equal(45, TileSchedule.Pairs(TileSchedule.Of(10, 0, ScoringMode.Mutual, new(3, 3, 10))));
    }
}
