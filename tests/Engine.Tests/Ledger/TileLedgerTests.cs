using MuSc.Contracts;
using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

public sealed class TileLedgerTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly HashSet<int> Nothing = [];

    private static TilePlan Plan(int blocks, int maps = 2) =>
        new(maps, [.. ImageBlock.Cut(0, blocks * 2, 2)], ScoringMode.Mutual);

    [Fact]
    public void Every_tile_is_leased_once()
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
    public void Maps_beyond_the_window_wait()
    {
        TileLedger ledger = new(Plan(2, maps: 4), new() { MapsInFlight = 1 });
        IReadOnlyList<Tile> first = ledger.Take("a", Nothing, 100, Start);
        Assert.All(first, tile => Assert.Equal(0, tile.Map));
        Assert.Equal(3, first.Count);
        Assert.True(first.All(ledger.Complete));
        Assert.All(ledger.Take("a", Nothing, 100, Start), tile => Assert.Equal(1, tile.Map));
    }

    [Fact]
    public void A_lease_that_runs_out_goes_to_another_worker()
    {
        TileLedger ledger = new(Plan(1, maps: 1), new() { LeaseTime = TimeSpan.FromSeconds(10) });
        Tile tile = Assert.Single(ledger.Take("a", Nothing, 1, Start));
        Assert.Empty(ledger.Expire(Start.AddSeconds(9)));
        ledger.Renew("a", Start.AddSeconds(9));
        Assert.Empty(ledger.Expire(Start.AddSeconds(18)));
        Assert.Equal(["a"], ledger.Expire(Start.AddSeconds(19)));
        Assert.Equal(1, ledger.Expiries);
        Assert.Equal(tile, Assert.Single(ledger.Take("b", Nothing, 1, Start.AddSeconds(19))));
    }

    [Fact]
    public void Completion_counts_once_and_from_anybody()
    {
        TileLedger ledger = new(Plan(1, maps: 1), new());
        Tile tile = new(0, 0, 0);
        Assert.True(ledger.Complete(tile));
        Assert.False(ledger.Complete(tile));
        Assert.Equal(0, ledger.Open);
        ledger.Reopen(tile);
        Assert.Equal(1, ledger.Open);
        Assert.Equal(tile, Assert.Single(ledger.Take("a", Nothing, 5, Start)));
    }

    [Fact]
    public void A_worker_that_leaves_hands_its_tiles_back()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new());
        Assert.Equal(6, ledger.Take("a", Nothing, 6, Start).Count);
        ledger.Remove("a");
        Assert.Equal(6, ledger.Pending);
        Assert.Equal(6, ledger.Take("b", Nothing, 10, Start).Count);
    }

    [Fact]
    public void A_lease_that_its_worker_does_not_know_of_is_taken_back()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new() { LeaseTime = TimeSpan.FromSeconds(10) });
        IReadOnlyList<Tile> tiles = ledger.Take("a", Nothing, 2, Start);
        ledger.Renew("a", new HashSet<Tile> { tiles[0] }, Start.AddSeconds(5));
        Assert.Equal(1, ledger.Leased);
        Assert.Equal(TileState.Pending, ledger.State(tiles[1]));
        Assert.Empty(ledger.Expire(Start.AddSeconds(14)));
    }

    [Fact]
    public void A_new_ledger_takes_over_the_work_that_goes_on()
    {
        TileLedger ledger = new(Plan(3, maps: 1), new());
        ledger.Renew("a", new HashSet<Tile> { new(0, 1, 2) }, Start);
        Assert.Equal(1, ledger.Leased);
        Assert.Equal(5, ledger.Take("b", Nothing, 10, Start).Count);
    }

    [Fact]
    public void What_was_handed_back_prefers_a_worker_that_holds_its_blocks()
    {
        TileLedger ledger = new(Plan(4, maps: 1), new());
        ledger.Take("a", Nothing, 10, Start);
        ledger.Remove("a");
        Tile tile = Assert.Single(ledger.Take("b", new HashSet<int> { 1, 3 }, 1, Start));
        Assert.Equal(2, (tile.Row is 1 or 3 ? 1 : 0) + (tile.Column is 1 or 3 ? 1 : 0));
    }

    [Fact]
    public void References_meet_scored_blocks_and_not_each_other()
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
}
