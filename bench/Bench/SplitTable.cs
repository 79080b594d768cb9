using System.Diagnostics;
using System.Globalization;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Bench;

/// <summary>
/// Issue "Fast", must show 4: where the processor time of scoring goes. A whole run on one thread as <c>musc score --tokens</c>
/// does it, snapshots included, with clocks around the kernel and around what reads tokens.
/// </summary>
internal static class SplitTable
{
    private const double Promised = 0.15;

    /// <summary>Prints the split; fails where more is spent outside the plain kernel than promised.</summary>
    /// <param name="file">Tokens, [stages × N × (1+P) × C].</param>
    /// <param name="degrees">Aggregation degrees.</param>
    /// <param name="plain">Whether the plain kernel is used rather than the one that is chosen.</param>
    public static int Run(string file, string degrees, bool plain)
    {
        using NpyTokenSource tokens = NpyTokenSource.Open(file);
        Split split = new(plain);
        string folder = Directory.CreateTempSubdirectory("musc-bench-").FullName;
        MutualScoringOptions options = new()
        {
            Degrees = [.. degrees.Split(',').Select(degree => int.Parse(degree, CultureInfo.InvariantCulture))],
            Threads = 1,
            Kernel = split.Choose,
            Snapshots = new(folder, file, TimeProvider.System),
        };
        using Process process = Process.GetCurrentProcess();
        TimeSpan begin = process.TotalProcessorTime;
        MutualScorer.Score(new TimedTokens(tokens, split), options, null, CancellationToken.None);
        process.Refresh();
        double all = (process.TotalProcessorTime - begin).TotalMilliseconds;
        Directory.Delete(folder, recursive: true);

        StageShape shape = tokens.Shape.Stages[0];
        Console.WriteLine($"{tokens.Images} images, P = {shape.Patches}, C = {shape.Channels}, {tokens.Shape.Stages.Count} stages, degrees {degrees}: {split.Kernels}");
        Console.WriteLine("| part | s of processor time | % of the kernel |");
        double known = 0;
        foreach ((string part, double time) in split.Times)
        {
            known += time;
            Print(part, time, split.Kernel);
        }

        Print("selection, snapshots, all the rest", all - known, split.Kernel);
        Print("all but the kernel", all - split.Kernel, split.Kernel);
        return !plain || all - split.Kernel < Promised * split.Kernel ? 0 : 1;
    }

    private static void Print(string part, double time, double kernel)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {part} | {time / 1e3:0.000} | {100 * time / kernel:0.00} |"));

    /// <summary>Milliseconds of each part. Reading, then LNAMD, then packing or choosing follow each other on one thread.</summary>
    private sealed class Split(bool plain)
    {
        private double? _readEnd;
        private readonly SortedSet<string> _kernels = new(StringComparer.Ordinal);
        private double _reading, _lnamd, _packing, _choosing;

        public double Kernel { get; set; }

        public string Kernels => string.Join(", ", _kernels);

        public IEnumerable<(string Part, double Time)> Times =>
            [("kernel", Kernel), ("packing", _packing), ("LNAMD", _lnamd), ("reading tokens", _reading), ("choosing the kernel", _choosing)];

        public TimedKernel Choose(ReadOnlySpan<float> sample, int channels)
        {
            double begin = EndLnamd();
            INearestPatchKernel kernel = plain ? new SimdNearestPatchKernel(channels) : NearestPatchKernels.ForMap(sample, channels);
            _choosing += ThreadClock.Milliseconds - begin;
            _kernels.Add(kernel.GetType().Name);
            return new TimedKernel(kernel, this);
        }

        public void EndReading(double begin)
        {
            double now = ThreadClock.Milliseconds;
            _reading += now - begin;
            _readEnd = now;
        }

        public void EndPacking(double begin) => _packing += ThreadClock.Milliseconds - begin;

        public double EndLnamd()
        {
            double now = ThreadClock.Milliseconds;
            _lnamd += now - (_readEnd ?? now);
            _readEnd = null;
            return now;
        }
    }

    private sealed class TimedKernel(INearestPatchKernel kernel, Split split) : INearestPatchKernel
    {
        public int Channels => kernel.Channels;

        public int PackedLength(int patches) => kernel.PackedLength(patches);

        public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
        {
            double begin = split.EndLnamd();
            kernel.Pack(tokens, patches, packed);
            split.EndPacking(begin);
        }

        public void MaxDots(
            ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
            ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors, Span<float> rowMaxima, Span<float> columnMaxima)
        {
            double begin = ThreadClock.Milliseconds;
            kernel.MaxDots(rows, rowPatches, columns, columnPatches, rowFloors, columnFloors, rowMaxima, columnMaxima);
            split.Kernel += ThreadClock.Milliseconds - begin;
        }
    }

    private sealed class TimedTokens(ITokenSource tokens, Split split) : ITokenSource
    {
        public int Images => tokens.Images;

        public FeatureShape Shape => tokens.Shape;

        public void ReadStage(int stage, int image, Span<float> values)
        {
            double begin = split.EndLnamd();
            tokens.ReadStage(stage, image, values);
            split.EndReading(begin);
        }

        public void ReadClassToken(int image, Span<float> token) => tokens.ReadClassToken(image, token);

        public void Dispose()
        {
        }
    }
}
