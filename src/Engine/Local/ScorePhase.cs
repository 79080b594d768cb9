using MuSc.Engine.Tiles;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Local;

/// <summary>The images score each other.</summary>
internal static class ScorePhase
{
    /// <param name="tokens">The features; references last.</param>
    /// <param name="spec">What is asked for.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="size">Side of an anomaly map, S.</param>
    /// <param name="snapshots">Where snapshots go, and what an earlier run left.</param>
    /// <param name="progress">Counts pairs.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public static (SetScores Scores, ResumedPairs Resumed) Run(
        ITokenSource tokens, ScoringJobSpec spec, JobPlan plan, int size, ScoringSnapshots snapshots, RunProgress progress,
        CancellationToken cancellationToken)
    {
        Counter pairs = new(progress, plan.Pairs);
        MutualScoringOptions options = JobPlan.Options(spec, plan.References) with
        {
            Layout = plan.Layout, Snapshots = snapshots, Resumed = pairs.Begin,
        };
        double[] patchScores = MutualScorer.Score(tokens, options, pairs, cancellationToken);
        int channels = tokens.Shape.ClassChannels;
        float[] classTokens = new float[(long)plan.Images * channels];
        for (int image = 0; image < plan.Images && channels > 0; image++)
        {
            tokens.ReadClassToken(image, classTokens.AsSpan(image * channels, channels));
        }

        return (SetScores.Of(patchScores, tokens.Shape.Stages[0].Grid, size, classTokens, spec.Windows, spec.Threads, cancellationToken), pairs.Resumed);
    }

    // Scoring reports sums from many threads; progress wants what is new.
    private sealed class Counter(RunProgress progress, long total) : IProgress<long>
    {
        private readonly Lock _lock = new();
        private long _last;

        public ResumedPairs Resumed { get; private set; } = new(0, 0, 0, 0);

        public void Begin(ResumedPairs resumed)
        {
            Resumed = resumed;
            _last = resumed.TakenOver;
            progress.Begin(JobPhase.Score, total, resumed.TakenOver);
        }

        public void Report(long value)
        {
            lock (_lock)
            {
                if (value > _last)
                {
                    progress.Advance(value - _last);
                    _last = value;
                }
            }
        }
    }
}
