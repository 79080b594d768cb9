using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class PlacementTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(64)]
    public void Share_AllWorkers_HasEveryTileOnce(int workers)
    {
        ImageBlock[] blocks = [.. ImageBlock.Cut(0, 90, 2, 0), .. ImageBlock.Cut(90, 60, 2, 1), .. ImageBlock.Cut(150, 5, 2, reference: true)];
        foreach (int strip in (int[])[150, 40])
        {
            TilePlan plan = new(1, blocks, ScoringMode.Mutual, strip);
            Placement placement = new(plan, workers);
            for (int pass = 0; pass < plan.Passes; pass++)
            {
                Tile[] tiles = [.. Enumerable.Range(0, workers).SelectMany(worker => placement.Share(pass, worker))];
                Assert.Equal(plan.TilesOf(pass).OrderBy(plan.Position), tiles.OrderBy(plan.Position));
            }
        }
    }

    [Fact]
    public void Share_OneWorker_NeedsTheBlocksOfItsQuorumOnly()
    {
        TilePlan plan = new(1, [.. ImageBlock.Cut(0, 256, 1)], ScoringMode.Mutual);
        Placement placement = new(plan, 64);
        CyclicQuorum quorum = CyclicQuorum.For(64);
        for (int worker = 0; worker < 64; worker++)
        {
            HashSet<int> homes = [.. quorum.Residues.Select(residue => (worker + residue) % 64)];
            Assert.All(
                placement.Share(0, worker).SelectMany(tile => new[] { tile.Row, tile.Column }),
                block => Assert.Contains(plan.Home(block, 64), homes));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(13, 4)]
    [InlineData(64, 10)]
    [InlineData(256, 24)]
    public void For_AnyWorkers_IsSmallAndReachesEveryDifference(int workers, int most)
    {
        CyclicQuorum quorum = CyclicQuorum.For(workers);
        Assert.True(quorum.Residues.Count <= most, $"{quorum.Residues.Count} residues");
        Assert.Equal(
            Enumerable.Range(0, workers),
            quorum.Residues.SelectMany(a => quorum.Residues.Select(b => (a - b + workers) % workers)).Distinct().Order());
    }
}
