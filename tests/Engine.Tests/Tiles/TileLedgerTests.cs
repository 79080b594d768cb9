using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class TileLedgerTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly HashSet<int> Nothing = [];

    private static TilePlan Plan(int blocks, int maps = 2) =>
        new(maps, [.. ImageBlock.Cut(0, blocks * 2, 2)], ScoringMode.Mutual);

    [Fact]
    public void Take_ManyWorkers_LeasesEveryTileOnce()
    {
        TilePlan plan = Plan(5);
        TileLedger ledger = new(plan, new());
        IReadOnlyList<Tile> one = ledger.Take("a", Nothing, 11, Start);
        IReadOnlyList<Tile> other = ledger.Take("b", Nothing, 100, Start);
        Assert.Equal(30, one.Concat(other).Distinct().Count());
        Assert.Equal(30, one.Count + other.Count);
        Assert.Empty(ledger.Take("c", Nothing, 1, Start));
        Assert.Equal(0, ledger.Pending);
    }

    [Fact]
    public void Take_OnePassInFlight_LeavesLaterPassesAlone()
    {
        TileLedger ledger = new(Plan(2, maps: 4), new() { PassesInFlight = 1 });
        IReadOnlyList<Tile> first = ledger.Take("a", Nothing, 100, Start);
        Assert.All(first, tile => Assert.Equal(0, tile.Pass));
        Assert.Equal(3, first.Count);
        Assert.True(first.All(ledger.Complete));
        Assert.All(ledger.Take("a", Nothing, 100, Start), tile => Assert.Equal(1, tile.Pass));
    }

    [Fact]
    public void Expire_LeaseNotRenewed_GivesTheTileToAnotherWorker()
    {
        TileLedger ledger = new(Plan(1, maps: 1), new() { LeaseTime = TimeSpan.FromSeconds(10) });
        Tile tile = Assert.Single(ledger.Take("a", Nothing, 1, Start));
        Assert.Empty(ledger.Expire(Start.AddSeconds(9)));
        ledger.Renew("a", new HashSet<Tile> { tile }, Start.AddSeconds(9));
        Assert.Empty(ledger.Expire(Start.AddSeconds(18)));
        Assert.Equal(["a"], ledger.Expire(Start.AddSeconds(19)));
        Assert.Equal(1, ledger.Expiries);
        Assert.Equal(tile, Assert.Single(ledger.Take("b", Nothing, 1, Start.AddSeconds(19))));
    }

    [Fact]
    public void Complete_Twice_CountsOnce()
    {
        TileLedger ledger = new(Plan(1, maps: 1), new());
        Tile tile = new(0, 0, 0);
        Assert.True(ledger.Complete(tile));
        Assert.False(ledger.Complete(tile));
        Assert.Equal((0, 1), (ledger.Open, ledger.DonePairs));
        ledger.Reopen(tile);
        Assert.Equal(0, ledger.DonePairs);
        Assert.Equal(1, ledger.Open);
        Assert.Equal(tile, Assert.Single(ledger.Take("a", Nothing, 5, Start)));
    }

    [Fact]
    public void Remove_Worker_MakesItsTilesPending()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new());
        Assert.Equal(6, ledger.Take("a", Nothing, 6, Start).Count);
        ledger.Remove("a");
        Assert.Equal(6, ledger.Pending);
        Assert.Equal(6, ledger.Take("b", Nothing, 10, Start).Count);
    }

    [Fact]
    public void Renew_TileThatTheWorkerDoesNotName_MakesItPending()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new() { LeaseTime = TimeSpan.FromSeconds(10) });
        IReadOnlyList<Tile> tiles = ledger.Take("a", Nothing, 2, Start);
        ledger.Renew("a", new HashSet<Tile> { tiles[0] }, Start.AddSeconds(5));
        Assert.Equal(1, ledger.Leased);
        Assert.Equal(TileState.Pending, ledger.State(tiles[1]));
        Assert.Empty(ledger.Expire(Start.AddSeconds(14)));
    }

    [Fact]
    public void Renew_NewLedger_LeasesWhatTheWorkerIsAt()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new());
        ledger.Renew("a", new HashSet<Tile> { new(0, 1, 2) }, Start);
        Assert.Equal(1, ledger.Leased);
        Assert.Equal(5, ledger.Take("b", Nothing, 10, Start).Count);
    }

    [Fact]
    public void Take_ReturnedTiles_PrefersThoseWhoseBlocksAreHeld()
    {
        TileLedger ledger = new(Plan(4, maps: 1), new());
        ledger.Take("a", Nothing, 10, Start);
        ledger.Remove("a");
        Tile tile = Assert.Single(ledger.Take("b", new HashSet<int> { 1, 3 }, 1, Start));
        Assert.Equal(2, (tile.Row is 1 or 3 ? 1 : 0) + (tile.Column is 1 or 3 ? 1 : 0));
    }

    [Fact]
    public void Take_WorkersOfOnePlace_DoOneShare()
    {
        TileLedger ledger = new(Plan(16, maps: 1), new());
        ledger.LayOut(["one", "other"]);
        Tile[] tiles = [.. Enumerable.Range(0, 30).SelectMany(turn => ledger.Take($"one/{turn % 3}", Nothing, 1, Start))];

        // Its own half first, then with each block of the other half in turn.
        Assert.All(tiles, tile => Assert.True(tile.Row < 8, $"{tile}"));
        Assert.Equal(30, tiles.Distinct().Count());
    }

    [Fact]
    public void Take_PlaceThatCame_HasTheShareOfTheOneThatLeft()
    {
        TileLedger ledger = new(Plan(16, maps: 1), new());
        ledger.LayOut(["a", "b", "c"]);
        Tile next = Assert.Single(ledger.Take("b/0", Nothing, 1, Start));
        Tile kept = Assert.Single(ledger.Take("c/0", Nothing, 1, Start));
        ledger.Remove("b/0");
        Assert.Equal(next, Assert.Single(ledger.Take("d/0", Nothing, 1, Start)));
        Assert.True(ledger.Complete(next));

        // It goes on where the other left off, and nobody else's share has moved.
        Assert.Equal(next.Row, Assert.Single(ledger.Take("d/1", Nothing, 1, Start)).Row);
        Assert.Equal(kept.Row, Assert.Single(ledger.Take("c/1", Nothing, 1, Start)).Row);
    }

    [Fact]
    public void Take_TwiceAsManyPlaces_SharesAnew()
    {
        TileLedger ledger = new(Plan(16, maps: 1), new());
        ledger.LayOut(["a"]);
        Assert.Equal(0, Assert.Single(ledger.Take("a/0", Nothing, 1, Start)).Row);
        Assert.Equal(new Tile(0, 8, 8), Assert.Single(ledger.Take("b/0", Nothing, 1, Start)));
    }

    [Fact]
    public void HasTiles_OnlyWhileSomebodyWouldGetOne()
    {
        TileLedger ledger = new(Plan(1, maps: 2), new() { PassesInFlight = 1 });
        Assert.True(ledger.HasTiles);
        Tile tile = Assert.Single(ledger.Take("a", Nothing, 5, Start));

        // The next pass is not open yet.
        Assert.False(ledger.HasTiles);
        Assert.True(ledger.Complete(tile));
        Assert.True(ledger.HasTiles);
        Assert.True(ledger.Complete(Assert.Single(ledger.Take("a", Nothing, 5, Start))));
        Assert.False(ledger.HasTiles);
    }
}
