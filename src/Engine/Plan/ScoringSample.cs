using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Plan;

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
        _map = map;
        _kernel = new(map.Channels);
        Scorers = (int)Math.Clamp(Flop / (2.0 * map.Patches * map.Length), 1, MostScorers);
        _kept = IntervalRange.Default.Positions(Scorers);
        _stage = new float[map.Length];
        _aggregated = new float[map.Length];
        _rows = new float[map.Patches];
        _columns = new float[map.Patches];
        _selections = [.. Enumerable.Range(0, 2).Select(_ => new ScorerSelection(
            new float[map.Patches * ScorerSelection.Capacity(_kept.End, Scorers)], map.Patches, _kept.End, Scorers))];
        Random random = new(1);
        _packed = [.. Enumerable.Range(0, Scorers + 1).Select(_ => Packed(random))];
    }

    /// <summary>Pairs of images that <see cref="Score"/> works out.</summary>
    public int Scorers { get; }

    /// <summary>Makes one image ready for a map.</summary>
    public void Pack()
    {
        Lnamd.Aggregate(_stage, _map.Grid, _map.Channels, Degree, _map.Grid, _map.Channels, _aggregated);
        _kernel.Pack(_aggregated, _map.Patches, _packed[0]);
    }

    /// <summary>One image meets all scorers; each pair's values are selected for both sides.</summary>
    public void Score()
    {
        Array.ForEach(_selections, selection => selection.Clear());
        foreach (float[] scorer in _packed.AsSpan(1))
        {
            _kernel.MaxDots(_packed[0], _map.Patches, scorer, _map.Patches, _rows, _columns);
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

    private float[] Packed(Random random)
    {
        foreach (ref float value in _stage.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        float[] packed = new float[_kernel.PackedLength(_map.Patches)];
        Lnamd.Aggregate(_stage, _map.Grid, _map.Channels, Degree, _map.Grid, _map.Channels, _aggregated);
        _kernel.Pack(_aggregated, _map.Patches, packed);
        return packed;
    }
}
