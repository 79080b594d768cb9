using System.Diagnostics;

namespace MuSc.Engine.Plan;

/// <summary>Measures in a moment how fast this machine is at the parts of a job, on one thread.</summary>
public static class SpeedProbe
{
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(400);

    /// <summary>Time of turning one image into tokens on one thread.</summary>
    /// <param name="extractor">The backbone at work.</param>
    /// <param name="image">An image like those of the job.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static TimeSpan ExtractionTime(IFeatureExtractor extractor, ImageFile image, CancellationToken cancellationToken) =>
        TimeOf(() => extractor.Extract([image], null, cancellationToken), cancellationToken);

    /// <summary>Times of the parts of scoring on one thread.</summary>
    /// <param name="map">What one image has of a map.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static ScoringTimes ScoringTimes(StageShape map, CancellationToken cancellationToken)
    {
        ScoringSample sample = new(map);
        TimeSpan image = TimeOf(sample.Pack, cancellationToken);
        return new(TimeOf(sample.Score, cancellationToken) / sample.Scorers, image);
    }

    // The best of some runs: the first ones pay for compilation and caches.
    private static TimeSpan TimeOf(Action work, CancellationToken cancellationToken)
    {
        TimeSpan best = TimeSpan.MaxValue;
        long began = Stopwatch.GetTimestamp();
        for (int run = 0; run < 3 || Stopwatch.GetElapsedTime(began) < Enough; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work();
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            best = time < best ? time : best;
        }

        return best;
    }
}
