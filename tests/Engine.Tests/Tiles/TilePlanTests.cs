using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class TilePlanTests
{
    public static TheoryData<int, int, int, ScoringMode, int, int, int, int?> Layouts => new()
    {
        { 10, 0, 1, ScoringMode.Mutual, 3, 100, 100, null },
        { 10, 4, 1, ScoringMode.Mutual, 3, 3, 6, null },
        { 11, 2, 1, ScoringMode.Mutual, 2, 4, 5, null },
        { 1, 2, 1, ScoringMode.Mutual, 8, 8, 8, null },
        { 7, 3, 1, ScoringMode.References, 2, 2, 4, null },
        { 13, 2, 3, ScoringMode.Mutual, 2, 3, 7, null },
        { 9, 0, 2, ScoringMode.Mutual, 1, 2, 1, null },
        { 29, 0, 1, ScoringMode.Mutual, 3, 9, 100, 12 },
        { 29, 2, 1, ScoringMode.Mutual, 2, 4, 9, 4 },
        { 50, 3, 1, ScoringMode.Mutual, 8, 8, 16, 20 },
        { 40, 0, 1, ScoringMode.Mutual, 5, 40, 13, 14 },
        { 12, 0, 1, ScoringMode.Mutual, 2, 4, 6, 12 },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Tiles_OfAllPasses_GiveEveryImageEveryScorerOnceAMap(
        int scored, int references, int subsets, ScoringMode mode, int block, int resident, int strip, int? scorers)
    {
        ScorerRing? ring = ScorerRing.Of(scored, scorers);
        TilePlan plan = new(2, ImageOrder.Of(scored, references, subsets, 1, block, mode, ring: ring).Blocks, mode, strip, ring);
        int[,,] met = new int[2, scored, scored + references];
        long tiles = 0;
        long pairs = 0;
        for (int pass = 0; pass < plan.Passes; pass++)
        {
            Tile[] listed = [.. plan.TilesOf(pass)];
            Assert.Equal(plan.TilesIn(pass), listed.Length);
            Assert.All(listed, tile => Assert.True(plan.Has(tile)));
            Residence[] residences = [.. Residence.Of(plan, pass, resident)];
            Tile[] ordered = [.. residences.SelectMany(at => at.Inner.Concat(at.Streamed.SelectMany(at.With)))];
            Assert.Equal(listed.OrderBy(plan.Position), ordered.OrderBy(plan.Position));
            Assert.Equal(listed.Length, listed.Select(plan.Position).Distinct().Count(position => position >= 0 && position < plan.Positions));
            Assert.All(TilePlan.In(plan.StripOf(pass)), taking => Assert.Equal(
                plan.Partners(taking).Count(), plan.Partners(taking).Select(other => plan.Place(taking, other)).Distinct().Count(place => place >= 0 && place < plan.Places)));
            foreach (Tile tile in listed)
            {
                tiles++;
                pairs += plan.Pairs(tile);
                Count(tile, tile.Row, tile.Column);
                if (!tile.IsDiagonal)
                {
                    Count(tile, tile.Column, tile.Row);
                }
            }

            Assert.InRange(Images(plan, plan.StripOf(pass)), 1, Math.Max(strip, block));
        }

        Assert.Equal((plan.Tiles, plan.ImagePairs), (tiles, pairs));
        for (int row = 0; row < scored; row++)
        {
            ImageBlock own = plan.Blocks.Single(at => row >= at.First && row < at.End);
            for (int column = 0; column < scored + references; column++)
            {
                ImageBlock other = plan.Blocks.Single(at => column >= at.First && column < at.End);
                bool meets = row != column && (other.Reference || (mode == ScoringMode.Mutual && own.Subset == other.Subset && Near(row, column)));
                Assert.All([0, 1], map => Assert.Equal(meets ? 1 : 0, met[map, row, column]));
            }
        }

        bool Near(int one, int other) => ring?.Meets(ring.GroupOf(one, scored), ring.GroupOf(other, scored)) ?? true;

        void Count(Tile tile, int block, int partner)
        {
            if (!plan.Takes(tile.Pass, block))
            {
                return;
            }

            Assert.Equal(tile.Pass, plan.PassOf(plan.MapOf(tile.Pass), block));
            for (int row = plan.Blocks[block].First; row < plan.Blocks[block].End; row++)
            {
                for (int column = plan.Blocks[partner].First; column < plan.Blocks[partner].End; column++)
                {
                    met[plan.MapOf(tile.Pass), row, column] += row == column ? 0 : 1;
                }
            }
        }
    }

    [Fact]
    public void ImagePairs_OneStrip_CountsEveryPairOnce() =>
        Assert.Equal(45, new TilePlan(1, [.. ImageBlock.Cut(0, 10, 3)], ScoringMode.Mutual).ImagePairs);

    [Fact]
    public void Home_AnyStrips_SpreadsEachStripOverAllWorkers()
    {
        TilePlan plan = new(1, [.. ImageBlock.Cut(0, 60, 1), .. ImageBlock.Cut(60, 6, 1, reference: true)], ScoringMode.Mutual, 20);
        Assert.Equal(3, plan.Strips.Count);
        foreach (Range part in (Range[])[.. plan.Strips, 60..66])
        {
            int[] homes = [.. Enumerable.Range(0, 66).Take(part).Select(block => plan.Home(block, 3))];
            Assert.Equal(homes.Order(), homes);
            Assert.InRange(homes.CountBy(home => home).Max(count => count.Value), homes.Length / 3, (homes.Length / 3) + 1);
        }
    }

    [Fact]
    public void Meets_References_OnlyScoredBlocks()
    {
        TilePlan plan = new(1, [new(0, 2), new(2, 1), new(3, 2, 0, true), new(5, 2, 0, true)], ScoringMode.References);
        Assert.Equal(4, plan.Tiles);
        Assert.Equal([2, 3], plan.Partners(0));
        Assert.Equal(4, plan.Scorers(1));
        TilePlan mutual = new(1, plan.Blocks, ScoringMode.Mutual);
        Assert.Equal([0, 1, 2, 3], mutual.Partners(0));
        Assert.Equal([0, 2, 3], mutual.Partners(1));
        Assert.Equal(6, mutual.Scorers(1));
    }

    private static int Images(TilePlan plan, Range strip) => plan.Blocks.Take(strip).Sum(block => block.Count);
}
