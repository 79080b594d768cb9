using MuSc.Contracts;
using MuSc.Engine.Local;

namespace MuSc.Engine.Tests.Local;

public sealed class RunProgressTests
{
    [Fact]
    public void The_time_left_follows_from_the_pace_of_this_run()
    {
        ManualTime time = new();
        List<JobProgress> seen = [];
        RunProgress progress = new(time, seen.Add);
        progress.Begin(JobPhase.Extract, 100, reused: 50);
        Assert.Null(seen[^1].Remaining);
        time.Now += TimeSpan.FromSeconds(10);
        progress.Advance(10);
        Assert.Equal(new(JobPhase.Extract, 60, 100, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40)), seen[^1]);
        progress.Begin(JobPhase.Score, 8);
        time.Now += TimeSpan.FromSeconds(3);
        IReadOnlyDictionary<JobPhase, TimeSpan> times = progress.Times();
        Assert.Equal([(JobPhase.Extract, 10d), (JobPhase.Score, 3d)], times.Select(phase => (phase.Key, phase.Value.TotalSeconds)));
    }

    [Fact]
    public void Many_small_steps_are_told_of_together()
    {
        ManualTime time = new();
        List<JobProgress> seen = [];
        RunProgress progress = new(time, seen.Add);
        progress.Begin(JobPhase.Score, 1000);
        for (int step = 1; step <= 1000; step++)
        {
            time.Now += TimeSpan.FromMilliseconds(1);
            progress.Advance(1);
        }

        Assert.Equal([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000], seen.Select(step => step.Done));
    }

    private sealed class ManualTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
