using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Bench;

/// <summary>Issue "Fast", must show 1: per map, what pruning does and what it gains, same bits checked on the way.</summary>
internal static class PruningTable
{
    public static int Run(string tokensFile, int images)
    {
        using NpyTokenSource tokens = NpyTokenSource.Open(tokensFile);
        TokenMaps maps = new(tokens, images);
        Console.WriteLine($"{Path.GetFileName(tokensFile)}: {maps.Images} images, P = {maps.Shape.Patches}, C = {maps.Shape.Channels}");
        Console.WriteLine("| stage | r | plain ms/pair | pruned | with floors | gain | gain with floors | directions | margin | looks a patch | with floors | bounds ms | looks ms | learn ms | pack ms |");
        double plainSum = 0, prunedSum = 0, flooredSum = 0;
        for (int stage = 0; stage < tokens.Shape.Stages.Count; stage++)
        {
            foreach (int degree in (int[])[1, 3, 5])
            {
                float[][] map = maps.Read(stage, degree);
                float[] sample = TokenSample.Of(map.Length, maps.Shape.Patches, maps.Shape.Channels, image => map[image]);
                double start = ThreadClock.Milliseconds;
                INearestPatchKernel pruned = NearestPatchKernels.ForMap(sample, maps.Shape.Channels);
                double learn = ThreadClock.Milliseconds - start;
                Session plainSession = new(new SimdNearestPatchKernel(maps.Shape.Channels), map, maps.Shape.Patches, false);
                Session prunedSession = new(pruned, map, maps.Shape.Patches, false);
                Session flooredSession = new(pruned, map, maps.Shape.Patches, true);
                for (int one = 0; one < maps.Images; one++)
                {
                    for (int other = one + 1; other < maps.Images; other++)
                    {
                        plainSession.Pair(one, other);
                        prunedSession.Pair(one, other);
                        flooredSession.Pair(one, other);
                        if (!prunedSession.Rows.AsSpan().SequenceEqual(plainSession.Rows) || !prunedSession.Columns.AsSpan().SequenceEqual(plainSession.Columns))
                        {
                            throw new InvalidOperationException($"Stage {stage + 1}, r = {degree}, images {one} and {other}: the bits differ.");
                        }
                    }
                }

                if (!plainSession.Scores().SequenceEqual(flooredSession.Scores()))
                {
                    throw new InvalidOperationException($"Stage {stage + 1}, r = {degree}: the scores differ with floors.");
                }

                (double plain, double prunedTime, double floored) = (plainSession.MillisecondsAPair, prunedSession.MillisecondsAPair, flooredSession.MillisecondsAPair);
                double bounds = prunedSession.Bounds();
                plainSum += plain;
                prunedSum += prunedTime;
                flooredSum += floored;
                Console.WriteLine(
                    $"| {stage + 1} | {degree} | {plain:0.000} | {prunedTime:0.000} | {floored:0.000} | {plain / prunedTime:0.00} | {plain / floored:0.00} | "
                    + $"{Bounds(pruned)} | {prunedSession.Looks:0.00} | {flooredSession.Looks:0.00} | {bounds:0.000} | {prunedTime - bounds:0.000} | {learn:0} | {prunedSession.PackMilliseconds:0.0} |");
            }
        }

        Console.WriteLine($"| all |  | {plainSum:0.000} | {prunedSum:0.000} | {flooredSum:0.000} | {plainSum / prunedSum:0.00} | {plainSum / flooredSum:0.00} | | | | | | | | |");
        return 0;
    }

    private static string Bounds(INearestPatchKernel kernel) => kernel is PrunedKernel pruned ? $"{pruned.Directions} | {pruned.Margin:0.0e+0}" : "plain | ";

    private sealed class Session
    {
        private readonly INearestPatchKernel _kernel;
        private readonly float[][] _packed;
        private readonly ScorerSelection[] _selections;
        private readonly int _patches;
        private readonly bool _floors;
        private readonly List<double> _times = [];
        private readonly (int First, int End) _kept;
        private long _looks;

        public Session(INearestPatchKernel kernel, float[][] map, int patches, bool floors)
        {
            (_kernel, _patches, _floors) = (kernel, patches, floors);
            _kept = IntervalRange.Default.Positions(map.Length - 1);
            Rows = new float[patches];
            Columns = new float[patches];
            _packed = [.. map.Select(_ => new float[kernel.PackedLength(patches)])];
            double start = ThreadClock.Milliseconds;
            for (int image = 0; image < map.Length; image++)
            {
                kernel.Pack(map[image], patches, _packed[image]);
            }

            PackMilliseconds = (ThreadClock.Milliseconds - start) / map.Length;
            int scorers = map.Length - 1;
            _selections = [.. map.Select(_ => new ScorerSelection(
                new float[patches * ScorerSelection.Capacity(_kept.End, scorers)], patches, _kept.End, scorers))];
        }

        public float[] Rows { get; }

        public float[] Columns { get; }

        public double PackMilliseconds { get; }

        /// <summary>The median, so that others on the machine matter little.</summary>
        public double MillisecondsAPair => _times.Order().ElementAt(_times.Count / 2);

        /// <summary>Dot products in the kernel's order for each patch of each image of a pair.</summary>
        public double Looks => (double)_looks / _times.Count / (2 * _patches);

        /// <summary>Time of the bounds of a pair alone: floors that nothing exceeds leave nothing to look at.</summary>
        public double Bounds()
        {
            if (_kernel is not PrunedKernel)
            {
                return 0;
            }

            float[] floors = new float[_patches];
            Array.Fill(floors, 2);
            double[] times = new double[15];
            for (int round = 0; round < times.Length; round++)
            {
                double start = ThreadClock.Milliseconds;
                MaxDots(0, 1, floors, floors);
                times[round] = ThreadClock.Milliseconds - start;
            }

            return times.Order().ElementAt(times.Length / 2);
        }

        public void Pair(int one, int other)
        {
            ReadOnlySpan<float> rowFloors = _floors ? _selections[one].Floors : [];
            ReadOnlySpan<float> columnFloors = _floors ? _selections[other].Floors : [];
            double start = ThreadClock.Milliseconds;
            long looks = MaxDots(one, other, rowFloors, columnFloors);
            _times.Add(ThreadClock.Milliseconds - start);
            _looks += looks;
            _selections[one].Add(Rows);
            _selections[other].Add(Columns);
        }

        private long MaxDots(int one, int other, ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors)
        {
            if (_kernel is PrunedKernel pruned)
            {
                if (pruned.Search(_packed[one], _patches, _packed[other], _patches, rowFloors, columnFloors, Rows, Columns) is long looks)
                {
                    return looks;
                }

                pruned.ComputeAll(_packed[one], _patches, _packed[other], _patches, Rows, Columns);
                return 0;
            }

            _kernel.MaxDots(_packed[one], _patches, _packed[other], _patches, rowFloors, columnFloors, Rows, Columns);
            return 0;
        }

        public IEnumerable<double> Scores() => _selections.SelectMany(
            selection => Enumerable.Range(0, _patches).Select(patch => selection.Reduce(patch, _kept.First, _kept.End, Reduction.Mean)));
    }
}
