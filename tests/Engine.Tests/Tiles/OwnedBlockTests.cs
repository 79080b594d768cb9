using MuSc.Contracts;
using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class OwnedBlockTests
{
    private const int Patches = 3;
    private static readonly TilePlan Plan = new(3, [.. ImageBlock.Cut(0, 11, 2)], ScoringMode.Mutual);
    private static readonly KeptValues Mean =
        KeptValues.Of(ScoringMode.Mutual, IntervalRange.Default, Reduction.Mean, false, Plan.Scorers(1));

    [Fact]
    public void Deliver_AnyOrderAndRepetition_GivesTheSameBits()
    {
        double[] expected = SimulatedJob.Expected(Plan, 1, Patches, Mean);
        for (int seed = 0; seed < 20; seed++)
        {
            using OwnedBlock owned = new(Plan, 1, Patches, Mean);
            (int Map, int Partner)[] deliveries = [.. All(), .. All()];
            new Random(seed).Shuffle(deliveries);
            int merged = deliveries.Count(delivery => Deliver(owned, delivery.Map, delivery.Partner));
            Assert.Equal(18, merged);
            Assert.Equal(expected, owned.PatchScores());
        }
    }

    [Fact]
    public void Load_Snapshot_GoesOnWhereItWasTaken()
    {
        using OwnedBlock before = new(Plan, 1, Patches, Mean);
        foreach ((int map, int partner) in All().Where(delivery => (delivery.Map + delivery.Partner) % 2 == 0 || delivery.Map == 1))
        {
            Deliver(before, map, partner);
        }

        using MemoryStream stream = new();
        before.Save(new SnapshotFile(stream));
        Assert.Equal(before.SavedBytes(true), stream.Length - (6 * sizeof(int)));
        stream.Position = 0;
        using OwnedBlock after = new(Plan, 1, Patches, Mean);
        after.Load(new SnapshotFile(stream));
        Assert.Equal(before.Held(true), after.Held(true));
        Assert.InRange(before.Held(false), 0.3, before.Held(true));
        Assert.True(after.Has(1, 0));
        Assert.False(after.IsComplete);
        Assert.True(after.Has(0, 2));
        Assert.False(after.Has(0, 3));
        Assert.Equal(before.Report(7).Received[0], after.Report(7).Received[0]);
        foreach ((int map, int partner) in All())
        {
            Deliver(after, map, partner);
        }

        Assert.Equal(SimulatedJob.Expected(Plan, 1, Patches, Mean), after.PatchScores());
    }

    [Fact]
    public void Deliver_FloorsOfAnEarlierOwner_GivesTheSameBits()
    {
        double[] expected = SimulatedJob.Expected(Plan, 1, Patches, Mean);
        int leftOut = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            (int Map, int Partner)[] deliveries = [.. All()];
            new Random(seed).Shuffle(deliveries);
            using OwnedBlock before = new(Plan, 1, Patches, Mean);
            BlockFloors?[] floors = new BlockFloors?[Plan.Maps];
            foreach ((int map, int partner) in deliveries)
            {
                // The last floors of each map, just before its end, are the hardest: they rule out all but the best.
                Deliver(before, map, partner);
                floors[map] = before.Floors(map, 0) ?? floors[map];
            }

            using OwnedBlock after = new(Plan, 1, Patches, Mean);
            foreach ((int map, int partner) in deliveries)
            {
                float[] dots = SimulatedJob.Dots(Plan, map, 1, partner, Patches, floors[map]);
                leftOut += dots.Count(float.IsNegativeInfinity);
                Assert.True(after.Deliver(map, partner, dots));
            }

            Assert.Equal(expected, before.PatchScores());
            Assert.Equal(expected, after.PatchScores());
        }

        Assert.InRange(leftOut / 20.0, 30, 3 * Plan.Scorers(1) * 2 * Patches);
    }

    [Fact]
    public void Floors_AsScorersArrive_AreGivenWhenManyMoreAreKnown()
    {
        using OwnedBlock owned = new(Plan, 1, Patches, Mean);
        List<int> told = [];
        foreach (int partner in Plan.Partners(1))
        {
            int known = told.LastOrDefault();
            Deliver(owned, 0, partner);
            if (owned.Floors(0, known) is { } floors)
            {
                Assert.Null(owned.Floors(0, floors.Scorers));
                told.Add(floors.Scorers);
            }
        }

        // Scorers so far are 2, 3 (an image does not score itself), 5, 7, 9, 10; three are kept; nobody needs floors of a finished map.
        Assert.Equal([3, 5, 7, 9], told);
    }

    [Fact]
    public void Deliver_WrongSizeOrBlock_Throws()
    {
        using OwnedBlock owned = new(Plan, 1, Patches, Mean);
        Assert.Throws<ArgumentException>(() => owned.Deliver(0, 2, new float[5]));
        Assert.Throws<ArgumentException>(() => owned.Deliver(3, 2, new float[12]));
        Assert.Throws<ArgumentException>(() => owned.Deliver(0, 6, new float[12]));
        Assert.False(owned.Has(0, 2));
    }

    [Fact]
    public void Bytes_OpenPasses_AreThoseOfTheirKeptValues()
    {
        using OwnedBlock owned = new(Plan, 1, Patches, Mean);
        Assert.Equal(0, owned.Bytes);
        Deliver(owned, 0, 2);
        Deliver(owned, 1, 2);
        Assert.Equal(2 * 2 * Mean.Bytes(Patches, Plan.Scorers(1)), owned.Bytes);
        Assert.Equal(2 * 12 * sizeof(float), owned.ReceivedBytes);
        foreach (int partner in Plan.Partners(1))
        {
            Deliver(owned, 0, partner);
        }

        Assert.Equal(2 * Mean.Bytes(Patches, Plan.Scorers(1)), owned.Bytes);
    }

    private static IEnumerable<(int Map, int Partner)> All() =>
        Enumerable.Range(0, Plan.Maps).SelectMany(map => Plan.Partners(1).Select(partner => (map, partner)));

    private static bool Deliver(OwnedBlock owned, int map, int partner) =>
        owned.Deliver(map, partner, SimulatedJob.Dots(Plan, map, 1, partner, Patches));
}
