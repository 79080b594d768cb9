using System.Diagnostics;
using System.Globalization;
using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Scoring;

namespace MuSc.Bench;

/// <summary>What MuSc-V2 saves: both methods score the same tokens in turns, on one thread.</summary>
internal static class MethodsTable
{
    private const double PromisedTime = 0.40, PromisedAggregation = 0.10;
    private static readonly int[] Degrees = [1, 3, 5];

    /// <summary>Prints times and shares; fails where V2 takes more than promised.</summary>
    /// <param name="file">Tokens, [stages × N × (1+P) × C].</param>
    /// <param name="rounds">How often each is run.</param>
    public static int Run(string file, int rounds)
    {
        using NpyTokenSource tokens = NpyTokenSource.Open(file);
        StageShape shape = tokens.Shape.Stages[0];
        Console.WriteLine($"{tokens.Images} images, P = {shape.Patches}, C = {shape.Channels}, {tokens.Shape.Stages.Count} stages, degrees 1, 3, 5, one thread");
        Console.WriteLine("| round | MuSc, s of processor time | MuSc-V2 | ratio | SNAMD | share of V2 |");
        List<(double Time, double Share)> seen = [];
        for (int round = 1; round <= rounds; round++)
        {
            double first = Score(tokens, Aggregation.Lnamd), second = Score(tokens, Aggregation.Snamd), snamd = Aggregate(tokens);
            seen.Add((second / first, snamd / second));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {round} | {first:0.00} | {second:0.00} | {second / first:0.000} | {snamd:0.00} | {snamd / second:0.000} |"));
        }

        (double time, double share) = (Median(seen.Select(run => run.Time)), Median(seen.Select(run => run.Share)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians: V2 takes {time:0.000} of the time (promised {PromisedTime}), SNAMD {share:0.000} of that (promised {PromisedAggregation})"));
        return time <= PromisedTime && share <= PromisedAggregation ? 0 : 1;
    }

    /// <summary>The same on seeded random tokens of three stages.</summary>
    public static int Random(int patches, int channels, int images)
    {
        const int Stages = 3;
        string file = Path.Combine(Path.GetTempPath(), $"musc-bench-{Guid.NewGuid():n}.npy");
        try
        {
            int length = (patches + 1) * channels;
            using (NpyWriter writer = NpyWriter.Create(file, NpyType.Float32, Stages, images, patches + 1, channels))
            {
                for (int at = 0; at < Stages * images; at++)
                {
                    writer.Write<float>((long)at * length, SyntheticTokens.Random(patches + 1, channels, at));
                }

                writer.Complete();
            }

            return Run(file, 3);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Score(NpyTokenSource tokens, Aggregation aggregation) => Seconds(() => MutualScorer.Score(
        tokens, new() { Degrees = Degrees, Aggregation = aggregation, Threads = 1 }, null, CancellationToken.None));

    private static double Aggregate(NpyTokenSource tokens)
    {
        StageShape shape = tokens.Shape.Stages[0];
        float[] stage = new float[shape.Length], map = new float[shape.Length];
        double seconds = 0;
        for (int at = 0; at < tokens.Shape.Stages.Count; at++)
        {
            for (int image = 0; image < tokens.Images; image++)
            {
                tokens.ReadStage(at, image, stage);
                seconds += Seconds(() => Snamd.Aggregate(stage, shape.Grid, shape.Channels, Degrees, unitFirst: false, shape.Grid, shape.Channels, map));
            }
        }

        return seconds;
    }

    private static double Seconds(Action work)
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan begin = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - begin).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
