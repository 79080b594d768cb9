using System.Diagnostics;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Engine.Plan;

/// <summary>What a job would cost: its plan, and times from a quick probe of this machine.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Size">Side of an anomaly map in pixels, S.</param>
/// <param name="Extraction">Time of the backbone's work, zero where tokens are given.</param>
/// <param name="Scoring">Time of scoring with the plain kernel; a kernel that leaves out work is faster.</param>
/// <param name="FlopsPerThread">Floating-point operations a second of the plain kernel and selection on one thread.</param>
public sealed record JobEstimate(JobPlan Plan, int Size, TimeSpan Extraction, TimeSpan Scoring, double FlopsPerThread)
{
    /// <summary>Scorers of each image that <see cref="ScoringOfSample"/> is about.</summary>
    public const int Sample = 200;

    private const int MadeUpSide = 512;
    private const int ManyImages = 1000;
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(400);

    /// <summary>Time of scoring if only so many others scored each image; null for a set that is small, or where that cannot be.</summary>
    public TimeSpan? ScoringOfSample { get; private init; }

    /// <summary>Estimates a job without doing it; images are not checked.</summary>
    /// <param name="spec">The job; images after the first need not exist.</param>
    /// <param name="cancellationToken">Stops between the probe's runs.</param>
    /// <exception cref="JobException">The specification is not valid, or memory would not suffice.</exception>
    public static JobEstimate Of(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        ScoringJobValidation.Check(spec);
        return spec.TokensFile is null ? OfImages(spec, cancellationToken) : OfTokens(spec, cancellationToken);
    }

    private static JobEstimate OfTokens(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        using ITokenSource tokens = NpyTokenSource.Open(spec);
        JobPlan plan = JobPlan.Of(spec, tokens.Images - spec.TokenReferences, spec.TokenReferences, tokens.Shape, JobMemory.ScoringBytes(spec));
        return Timed(plan, spec, spec.Size ?? ScoringJobSpec.TokenPixels * tokens.Shape.Stages[0].Grid, TimeSpan.Zero, cancellationToken);
    }

    private static JobEstimate OfImages(ScoringJobSpec spec, CancellationToken cancellationToken)
    {
        using BackboneRun backbone = BackboneRun.Open(spec, threads: 1);
        JobPlan plan = JobPlan.Of(spec, spec.Images.Count, spec.References.Count, backbone.Extractor.Shape, JobMemory.ScoringBytes(spec));
        TimeSpan image = WithSample(spec, sample => TimeOf(() => backbone.Extractor.Extract([sample], null, cancellationToken), cancellationToken));
        return Timed(plan, spec, backbone.Size, image * (plan.Images + plan.References) / spec.Threads, cancellationToken);
    }

    private static JobEstimate Timed(JobPlan plan, ScoringJobSpec spec, int size, TimeSpan extraction, CancellationToken cancellationToken)
    {
        ScoringSample sample = new(plan.Shape.Stages[0]);
        TimeSpan image = TimeOf(sample.Pack, cancellationToken);
        ScoringTimes times = new(TimeOf(sample.Score, cancellationToken) / sample.Scorers, image);
        ScoringJobSpec sampled = spec with { Scorers = Sample };
        bool isSampled = plan.Images > ManyImages && spec.Scorers is null && spec.Subsets == 1 && spec.Mode == ScoringMode.Mutual && spec.Gallery is null;
        return new(plan, size, extraction, times.Of(plan, spec.Threads), plan.Flop / plan.Pairs / times.Pair.TotalSeconds)
        {
            ScoringOfSample = isSampled ? times.Of(JobPlan.Of(sampled, plan.Images, plan.References, plan.Shape, JobMemory.ScoringBytes(spec)), spec.Threads) : null,
        };
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

    // The job's first image, or a made-up one where the job is only imagined.
    private static TimeSpan WithSample(ScoringJobSpec spec, Func<ImageFile, TimeSpan> measure)
    {
        if (File.Exists(spec.Images[0].Path))
        {
            return measure(spec.Images[0]);
        }

        string path = Path.Combine(Path.GetTempPath(), $"musc-probe-{Guid.NewGuid():n}.png");
        try
        {
            byte[] pixels = new byte[MadeUpSide * MadeUpSide * 3];
            new Random(1).NextBytes(pixels);
            ImageEncoder.SavePng(path, new(MadeUpSide, MadeUpSide, pixels));
            return measure(new("probe.png", path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
