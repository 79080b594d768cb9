using MuSc.Contracts;
using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

public sealed class PlacementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(64)]
    public void Shares_have_every_tile_once(int workers)
    {
        TilePlan plan = new(1, [.. ImageBlock.Cut(0, 150, 2)], ScoringMode.Mutual);
        Placement placement = new(plan, workers);
        List<Tile> tiles = [.. Enumerable.Range(0, workers).SelectMany(worker => placement.Share(0, worker))];
        Assert.Equal(plan.Tiles, tiles.Count);
        Assert.Equal(plan.Tiles, tiles.Distinct().Count());
    }

    [Fact]
    public void A_share_needs_only_the_blocks_of_its_quorum()
    {
        TilePlan plan = new(1, [.. ImageBlock.Cut(0, 256, 1)], ScoringMode.Mutual);
        Placement placement = new(plan, 64);
        for (int worker = 0; worker < 64; worker++)
        {
            HashSet<int> held = [.. placement.Blocks(worker)];
            Assert.All(placement.Share(0, worker), tile => Assert.True(held.Contains(tile.Row) && held.Contains(tile.Column)));
            Assert.All(Enumerable.Range(0, 256).Where(block => placement.Home(block) == worker), block => Assert.Contains(block, held));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(13, 4)]
    [InlineData(64, 10)]
    [InlineData(256, 24)]
    public void Quorums_are_small_and_reach_every_difference(int workers, int most)
    {
        CyclicQuorum quorum = CyclicQuorum.For(workers);
        Assert.True(quorum.Residues.Count <= most, $"{quorum.Residues.Count} residues");
        Assert.Equal(
            Enumerable.Range(0, workers),
            quorum.Residues.SelectMany(a => quorum.Residues.Select(b => (a - b + workers) % workers)).Distinct().Order());
    }
}
