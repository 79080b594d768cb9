using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Tiles;

public sealed class ScoringSnapshotsTests : IDisposable
{
    private static readonly MutualScoringOptions Plain = new() { Threads = 2, Degrees = [1, 3], Layout = new(2, 4, 8) };
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(250)]
    [InlineData(700)]
    [InlineData(1100)]
    public void Score_Interrupted_GoesOnWithTheSameBits(long stopAfter)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(20, 3, 5, 2);
        MutualScoringOptions options = Plain with { References = 2, Subsets = 2 };
        double[] expected = MutualScorer.Score(tokens, options, null, CancellationToken.None);
        long resumed = 0;
        for (int kills = 0; kills < 3; kills++)
        {
            using CancellationTokenSource cancel = new();
            Report pairs = new(value =>
            {
                if (value >= resumed + stopAfter)
                {
                    cancel.Cancel();
                }
            });
            try
            {
                MutualScorer.Score(tokens, Watched(options), pairs, cancel.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        Report last = new(_ => { });
        double[] scores = MutualScorer.Score(tokens, Watched(options), last, CancellationToken.None);
        Assert.Equal(expected, scores);
        Assert.Equal(MutualScorer.CountPairs(20, 2, options), Math.Max(last.Most, resumed));
        Assert.True(stopAfter < 60 || resumed > 0);

        MutualScoringOptions Watched(MutualScoringOptions plain) => plain with { Snapshots = Snapshots("one"), Resumed = before => resumed = before.TakenOver };
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(400)]
    public void Score_Interrupted_DoesAgainWhatCameAfterTheSnapshotAndTheTilesInHand(long stopAfter)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(20, 3, 5, 2);
        long computed = 0;
        using CancellationTokenSource cancel = new();
        Report pairs = new(value =>
        {
            computed = Math.Max(computed, value);
            if (value >= stopAfter)
            {
                cancel.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(
            () => MutualScorer.Score(tokens, Plain with { Snapshots = Snapshots("one") }, pairs, cancel.Token));

        ResumedPairs? seen = null;
        MutualScoringOptions again = Plain with { Snapshots = Snapshots("one"), Resumed = before => seen = before };
        MutualScorer.Score(tokens, again, null, CancellationToken.None);
        Assert.NotNull(seen);
        Assert.Equal(seen.Snapshot, seen.TakenOver);
        Assert.InRange(computed, seen.Merged, seen.Begun);
        Assert.InRange(seen.Begun - seen.Merged, 0, Plain.Threads * Plain.Layout.BlockImages * Plain.Layout.BlockImages);
        Assert.Equal(seen.Begun - seen.TakenOver, seen.Again);
        Assert.True(seen.Begun > 0);

        // This run has ended: all is merged, and the record of another job counts for nothing.
        Assert.Equal(MutualScorer.CountPairs(20, 2, Plain), Snapshots("one").ReadRecord().Merged);
        Assert.Equal(default, Snapshots("two").ReadRecord());
    }

    [Fact]
    public void ReadRecord_CutOffFile_GivesNothing()
    {
        using (PairRecord record = Snapshots("one").BeginRecord(5))
        {
            record.Begin(3);
        }

        Assert.Equal(new(5, 5, 8), Snapshots("one").ReadRecord());
        byte[] bytes = File.ReadAllBytes(_temp.At("pairs"));
        File.WriteAllBytes(_temp.At("pairs"), bytes[..^1]);
        Assert.Equal(default, Snapshots("one").ReadRecord());
    }

    [Fact]
    public void Score_SnapshotOfAnotherIdentity_BeginsAgain()
    {
        using MemoryTokenSource tokens = RandomTokens.Make(9, 3, 5, 2);
        double[] expected = MutualScorer.Score(tokens, Plain with { Snapshots = Snapshots("one") }, null, CancellationToken.None);
        long resumed = -1;
        MutualScoringOptions options = Plain with { Resumed = before => resumed = before.TakenOver };
        Assert.Equal(expected, MutualScorer.Score(tokens, options with { Snapshots = Snapshots("two") }, null, CancellationToken.None));
        Assert.Equal(0, resumed);
        Assert.Null(Snapshots("three").Layout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(-1)]
    public void Score_DamagedSnapshot_GoesOnFromTheOneBefore(int at)
    {
        using MemoryTokenSource tokens = RandomTokens.Make(9, 3, 5, 2);
        double[] expected = MutualScorer.Score(tokens, Plain with { Snapshots = Snapshots("one") }, null, CancellationToken.None);
        string[] files = [.. Directory.GetFiles(_temp.Folder, "snapshot-*").Order()];
        Assert.Equal(2, files.Length);
        foreach (string file in files)
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (at < 0)
            {
                bytes = bytes[..(bytes.Length / 2)];
            }
            else
            {
                bytes[at] ^= 4;
            }

            File.WriteAllBytes(file, bytes);
            long resumed = -1;
            double[] scores = MutualScorer.Score(
                tokens, Plain with { Snapshots = Snapshots("one"), Resumed = before => resumed = before.TakenOver }, null, CancellationToken.None);
            Assert.Equal(expected, scores);
            Assert.True(resumed > 0);
        }
    }

    [Fact]
    public void Layout_BothSnapshotsDamaged_IsNull()
    {
        File.WriteAllBytes(_temp.At("snapshot-0"), []);
        File.WriteAllBytes(_temp.At("snapshot-1"), new byte[100]);
        Assert.Null(Snapshots("one").Layout);
    }

    // Each look at the clock finds a second gone: a snapshot is due whenever enough work is done.
    private ScoringSnapshots Snapshots(string identity) => new(_temp.Folder, identity, new SteppingTime(TimeSpan.FromSeconds(1)));

    private sealed class Report(Action<long> then) : IProgress<long>
    {
        private readonly Lock _lock = new();

        public long Most { get; private set; }

        void IProgress<long>.Report(long value)
        {
            lock (_lock)
            {
                Most = Math.Max(Most, value);
                then(value);
            }
        }
    }
}
