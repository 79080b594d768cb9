using System.Diagnostics;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Bench;

/// <summary>How mutual scoring of random tokens grows with N, P, C and threads: GFLOP/s of the whole, pair by pair.</summary>
internal static class ScalingTable
{
    public static int Run()
    {
        Console.WriteLine("| N | P | C | threads | s | ms of processor time a pair | GFLOP/s a thread |");
        foreach ((int images, int patches, int channels) in ((int, int, int)[])
            [(8, 196, 192), (8, 784, 192), (8, 1369, 192), (8, 784, 384), (8, 784, 1024), (8, 1369, 1024), (16, 784, 192), (32, 784, 192)])
        {
            foreach (int threads in (int[])[1, 2])
            {
                Measure(images, patches, channels, threads);
            }
        }

        return 0;
    }

    private static void Measure(int images, int patches, int channels, int threads)
    {
        SimdNearestPatchKernel kernel = new(channels);
        float[][] packed = [.. Enumerable.Range(0, images).Select(image =>
        {
            float[] panels = new float[kernel.PackedLength(patches)];
            kernel.Pack(SyntheticTokens.Random(patches, channels, image), patches, panels);
            return panels;
        })];
        (int One, int Other)[] pairs = [.. Enumerable.Range(0, images).SelectMany(
            one => Enumerable.Range(one + 1, images - one - 1).Select(other => (one, other)))];
        kernel.MaxDots(packed[0], patches, packed[1], patches, [], [], new float[patches], new float[patches]);
        double[] spent = new double[threads];
        long start = Stopwatch.GetTimestamp();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(worker => new Thread(() =>
        {
            float[] rows = new float[patches];
            float[] columns = new float[patches];
            double begin = ThreadClock.Milliseconds;
            for (int pair = worker; pair < pairs.Length; pair += threads)
            {
                kernel.MaxDots(packed[pairs[pair].One], patches, packed[pairs[pair].Other], patches, [], [], rows, columns);
            }

            spent[worker] = ThreadClock.Milliseconds - begin;
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double each = spent.Sum() / pairs.Length;
        double gigaflops = 2.0 * patches * patches * channels / each / 1e6;
        Console.WriteLine($"| {images} | {patches} | {channels} | {threads} | {seconds:0.00} | {each:0.000} | {gigaflops:0} |");
    }
}
