using MuSc.Contracts;
using MuSc.Engine.Mutual;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Mutual;

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
    public void Going_on_after_an_interruption_gives_the_same_bits(long stopAfter)
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
    public void What_is_done_again_is_what_came_after_the_last_snapshot_and_the_tiles_in_hand(long stopAfter)
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
    public void A_cut_off_record_counts_for_nothing()
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
    public void Snapshots_of_another_job_or_layout_do_not_count()
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
    public void A_damaged_snapshot_gives_way_to_the_one_before_it(int at)
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
    public void Both_damaged_is_as_good_as_none()
    {
        File.WriteAllBytes(_temp.At("snapshot-0"), []);
        File.WriteAllBytes(_temp.At("snapshot-1"), new byte[100]);
        Assert.Null(Snapshots("one").Layout);
    }

    [Fact]
    public void One_is_due_after_thirty_seconds_or_two_percent_of_the_work()
    {
        SteppingTime time = new(TimeSpan.Zero);
        ScoringSnapshots snapshots = new(_temp.Folder, "one", time);
        Assert.False(snapshots.IsDue(50, 100));
        time.Now += TimeSpan.FromSeconds(1);
        Assert.False(snapshots.IsDue(1, 100));
        Assert.True(snapshots.IsDue(2, 100));
        time.Now += TimeSpan.FromSeconds(29);
        Assert.True(snapshots.IsDue(0, 100));
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

    private sealed class SteppingTime(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public TimeSpan Now
        {
            get => TimeSpan.FromTicks(_ticks);
            set => _ticks = value.Ticks;
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
    }
}
