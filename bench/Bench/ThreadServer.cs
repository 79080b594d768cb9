using System.Diagnostics;
using System.Globalization;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Bench;

/// <summary>
/// Our side of bench/rival/threads.py: whole mutual scoring of random tokens, on as many threads as a line of the standard
/// input says; answers with seconds elapsed and seconds of processor time.
/// </summary>
internal static class ThreadServer
{
    private const int Images = 64;
    private static readonly StageShape Stage = new(37, 256);

    public static int Run()
    {
        FeatureBlock block = FeatureBlock.Allocate(new([Stage], 0), Images);
        for (int image = 0; image < Images; image++)
        {
            SyntheticTokens.Random(Stage.Patches, Stage.Channels, image).CopyTo(block.Stage(0, image));
        }

        using MemoryTokenSource tokens = new(block.Shape, [block]);
        Console.WriteLine($"{Images} images, P = {Stage.Patches}, C = {Stage.Channels}");
        while (Console.ReadLine() is { Length: > 0 } threads)
        {
            MutualScoringOptions options = new() { Degrees = [1], Threads = int.Parse(threads, CultureInfo.InvariantCulture) };
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            MutualScorer.Score(tokens, options, null, CancellationToken.None);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double spent = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{elapsed:0.000} {spent:0.000}"));
        }

        return 0;
    }
}
