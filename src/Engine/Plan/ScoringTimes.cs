using MuSc.Features.Backbones;
using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Plan;

/// <summary>How long the parts of scoring take on one thread.</summary>
/// <param name="Pair">A pair of images on one map: the plain kernel, and both images' selection.</param>
/// <param name="Image">An image that is brought into memory for one map: aggregated, normalised and packed.</param>
public sealed record ScoringTimes(TimeSpan Pair, TimeSpan Image)
{
    /// <summary>Time of all pairs and images of a plan on several threads, with the plain kernel.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="threads">Threads.</param>
    public TimeSpan Of(JobPlan plan, int threads) => ((Pair * plan.Pairs) + (Image * plan.Packings)) / threads;
}

/// <summary>A little of scoring, with random tokens of a job's shape, to be timed.</summary>
internal sealed class ScoringSample
{
    // As many scorers as show what selection costs; fewer where one pair is work enough to tell.
    private const int MostScorers = 64;
    private const double Flop = 2e9;
    private const int Degree = 3;

    private readonly StageShape _map;
    private readonly SimdNearestPatchKernel _kernel;
    private readonly float[] _stage;
    private readonly float[] _aggregated;
    private readonly float[][] _packed;
    private readonly ScorerSelection[] _selections;
    private readonly (int First, int End) _kept;
    private readonly float[] _rows;
    private readonly float[] _columns;

    /// <param name="map">What one image has of a map.</param>
    public ScoringSample(StageShape map)
    {
        (_map, _kernel) = (map, new(map.Channels));
        Scorers = (int)Math.Clamp(Flop / (2.0 * map.Patches * map.Length), 1, MostScorers);
        _kept = IntervalRange.Default.Positions(Scorers);
        (_stage, _aggregated) = (new float[map.Length], new float[map.Length]);
        (_rows, _columns) = (new float[map.Patches], new float[map.Patches]);
        _selections = [.. Enumerable.Range(0, 2).Select(_ => new ScorerSelection(
            new float[map.Patches * ScorerSelection.Capacity(_kept.End, Scorers)], map.Patches, _kept.End, Scorers))];
        _packed = [.. Enumerable.Range(0, Scorers + 1).Select(_ => new float[_kernel.PackedLength(map.Patches)])];
        Random random = new(1);
        foreach (float[] packed in _packed)
        {
            foreach (ref float value in _stage.AsSpan())
            {
                value = random.NextSingle() - 0.5f;
            }

            Pack(packed);
        }
    }

    /// <summary>Pairs of images that <see cref="Score"/> works out.</summary>
    public int Scorers { get; }

    /// <summary>Makes one image ready for a map.</summary>
    public void Pack() => Pack(_packed[0]);

    /// <summary>One image meets all scorers; each pair's values are selected for both sides.</summary>
    public void Score()
    {
        Array.ForEach(_selections, selection => selection.Clear());
        foreach (float[] scorer in _packed.AsSpan(1))
        {
            _kernel.MaxDots(_packed[0], _map.Patches, scorer, _map.Patches, [], [], _rows, _columns);
            _selections[0].Add(_rows);
            _selections[1].Add(_columns);
        }

        foreach (ScorerSelection selection in _selections)
        {
            for (int patch = 0; patch < _map.Patches; patch++)
            {
                selection.Reduce(patch, _kept.First, _kept.End, Reduction.Mean);
            }
        }
    }

    private void Pack(float[] packed)
    {
        Lnamd.Aggregate(_stage, _map.Grid, _map.Channels, Degree, _map.Grid, _map.Channels, _aggregated);
        _kernel.Pack(_aggregated, _map.Patches, packed);
    }
}
