using MuSc.Contracts;
using MuSc.Engine.Mutual;
using MuSc.Engine.Plan;
using MuSc.Engine.Tokens;
using MuSc.Scoring.Maps;
using MuSc.Scoring.RsCin;

namespace MuSc.Engine.Local;

/// <summary>Image scores of a set of features.</summary>
/// <param name="PatchScores">[N × P].</param>
/// <param name="Before">[N] before RsCIN.</param>
/// <param name="After">[N] after it; the same where there are no class tokens or no windows.</param>
/// <param name="Resumed">What an earlier run had done.</param>
public sealed record SetScores(double[] PatchScores, double[] Before, double[] After, ResumedPairs Resumed);

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
    public static SetScores Run(
        ITokenSource tokens, ScoringJobSpec spec, JobPlan plan, int size, ScoringSnapshots snapshots, RunProgress progress,
        CancellationToken cancellationToken)
    {
        Counter pairs = new(progress, plan.Pairs);
        MutualScoringOptions options = JobPlan.Options(spec, plan.References) with
        {
            Layout = plan.Layout, Snapshots = snapshots, Resumed = pairs.Begin,
        };
        double[] patchScores = MutualScorer.Score(tokens, options, pairs, cancellationToken);
        int grid = tokens.Shape.Stages[0].Grid;
        double[] before = new double[plan.Images];
        Parallel.For(0, plan.Images, new() { MaxDegreeOfParallelism = spec.Threads, CancellationToken = cancellationToken }, image =>
            before[image] = ImageScore.Max(patchScores.AsSpan(image * grid * grid, grid * grid), grid, size));
        return new(patchScores, before, Rescore(tokens, spec, plan, before), pairs.Resumed);
    }

    private static double[] Rescore(ITokenSource tokens, ScoringJobSpec spec, JobPlan plan, double[] before)
    {
        int channels = tokens.Shape.ClassChannels;
        if (channels == 0 || spec.Windows.Count == 0)
        {
            return [.. before];
        }

        float[] classTokens = new float[(long)plan.Images * channels];
        for (int image = 0; image < plan.Images; image++)
        {
            tokens.ReadClassToken(image, classTokens.AsSpan(image * channels, channels));
        }

        double[] after = new double[plan.Images];
        RsCin.Rescore(before, classTokens, channels, spec.Windows, after);
        return after;
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
