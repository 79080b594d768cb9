using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class SnapshotRuleTests
{
    private readonly SteppingTime _time = new(TimeSpan.Zero);

    [Fact]
    public void IsDue_WorkOrTime_AfterTwoPercentOrThirtySeconds()
    {
        SnapshotRule rule = new(_time);
        Assert.False(rule.IsDue(0.5));
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.False(rule.IsDue(0.01));
        Assert.True(rule.IsDue(0.02));
        _time.Now += TimeSpan.FromSeconds(29);
        Assert.True(rule.IsDue(0));
    }

    [Fact]
    public void IsDue_CostlySnapshot_NotBeforeTwentyTimesItsTime()
    {
        SnapshotRule rule = new(_time);
        rule.Take(0.1, () =>
        {
            _time.Now += TimeSpan.FromSeconds(1);
            return 0;
        });
        _time.Now += TimeSpan.FromSeconds(19);
        Assert.False(rule.IsDue(0.5));
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.True(rule.IsDue(0.5));
    }

    [Fact]
    public void IsDue_ByteShare_NotBeforeItsBytesAreEarned()
    {
        SnapshotRule rule = new(_time) { ByteShare = 0.1, FreeBytes = 10 };
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.True(rule.IsDue(1, 10, 0));
        rule.Take(1, () => 10);
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.False(rule.IsDue(1, 10, 99));
        Assert.True(rule.IsDue(1, 10, 100));
    }

    [Fact]
    public void Take_Failure_IsNotTriedAgainAtOnce()
    {
        SnapshotRule rule = new(_time);
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.Throws<IOException>(() => rule.Take(1, () => throw new IOException()));
        Assert.False(rule.IsDue(1));
    }
}

/// <summary>A clock that goes on by a step whenever it is looked at.</summary>
internal sealed class SteppingTime(TimeSpan step) : TimeProvider
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
