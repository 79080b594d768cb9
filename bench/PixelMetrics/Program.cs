// Times the pixel metrics of anomaly maps: PixelMetrics MAPS.npy MASKS.npy [THREADS]
// MAPS [N × S × S] float32, MASKS [N × S × S] float32 of 0 and 1; maps are read one at a time, as from an evaluation's folder.
using System.Diagnostics;
using System.Text.Json;
using MuSc.Engine.Tokens;
using MuSc.Evaluation;
using MuSc.Scoring.Metrics;

using NpyFile maps = NpyFile.Open(args[0]);
using NpyFile masks = NpyFile.Open(args[1]);
int threads = args.Length > 2 ? int.Parse(args[2]) : Environment.ProcessorCount;
(int images, int side) = ((int)maps.Shape[0], (int)maps.Shape[1]);

long start = Stopwatch.GetTimestamp();
using TemporaryRunStore store = new();
PixelAccumulator pixels = new(store);
Parallel.For(0, images, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => (new float[side * side], new float[side * side]), (i, _, buffers) =>
{
    (float[] map, float[] mask) = buffers;
    maps.Read((long)i * map.Length, map);
    masks.Read((long)i * mask.Length, mask);
    pixels.Add(map, PixelTruth.FromMask(Array.ConvertAll(mask, value => value > 0), side));
    return buffers;
}, _ => { });
PixelMetrics metrics = pixels.Compute(0.3, threads, CancellationToken.None);
double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

using Process program = Process.GetCurrentProcess();
Console.WriteLine(JsonSerializer.Serialize(new
{
    seconds,
    cpu_seconds = program.TotalProcessorTime.TotalSeconds,
    peak_mib = program.PeakWorkingSet64 >> 20,
    auroc = metrics.Ranking.Auroc,
    f1_max = metrics.Ranking.F1Max,
    ap = metrics.Ranking.AveragePrecision,
    pro_authors = metrics.ProAuthors,
    pro = metrics.Pro,
}));
