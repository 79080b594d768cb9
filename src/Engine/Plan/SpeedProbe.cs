using System.Diagnostics;
using MuSc.Features;
using MuSc.Features.Images;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Plan;

/// <summary>Measures in a moment how fast this machine is at a job's two kinds of work, on one thread.</summary>
public static class SpeedProbe
{
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(400);

    /// <summary>Floating-point operations a second of the plain kernel on one thread.</summary>
    /// <param name="map">What one image has of a map.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public static double ScoringFlops(StageShape map, CancellationToken cancellationToken)
    {
        SimdNearestPatchKernel kernel = new(map.Channels);
        float[] tokens = new float[map.Length];
        Random random = new(1);
        float scale = 1 / MathF.Sqrt(map.Channels);
        foreach (ref float value in tokens.AsSpan())
        {
            value = (random.NextSingle() - 0.5f) * scale;
        }

        float[] packed = new float[kernel.PackedLength(map.Patches)];
        kernel.Pack(tokens, map.Patches, packed);
        float[] rows = new float[map.Patches], columns = new float[map.Patches];
        void Pair() => kernel.MaxDots(packed, map.Patches, packed, map.Patches, rows, columns);
        TimeSpan pair = TimeOf(Pair, cancellationToken);
        return 2.0 * map.Patches * map.Patches * map.Channels / pair.TotalSeconds;
    }

    /// <summary>Time of turning one image into tokens on one thread.</summary>
    /// <param name="extractor">The backbone at work.</param>
    /// <param name="image">An image like those of the job.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    public static TimeSpan ExtractionTime(IFeatureExtractor extractor, ImageFile image, CancellationToken cancellationToken) =>
        TimeOf(() => extractor.Extract([image], null, cancellationToken), cancellationToken);

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
