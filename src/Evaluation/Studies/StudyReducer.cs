using MuSc.Engine.Mutual;
using MuSc.Scoring;

namespace MuSc.Evaluation.Studies;

/// <summary>Turns an image's distances into patch scores under every setting, and sums them over the maps.</summary>
internal sealed class StudyReducer
{
    private readonly IReadOnlyList<PatchSetting> _settings;
    private readonly int _patches;
    private readonly double[][] _sums;
    private readonly int[] _maps;
    private readonly (ScorerChoice Choice, int[][] Lists, int[] Settings)[] _choices;
    private MapId? _last;

    public StudyReducer(IReadOnlyList<PatchSetting> settings, ScorerLists scorers, int scored, int patches)
    {
        (_settings, _patches) = (settings, patches);
        _sums = [.. settings.Select(_ => new double[(long)scored * patches])];
        _maps = new int[settings.Count];
        _choices = [.. Enumerable.Range(0, settings.Count).GroupBy(at => settings[at].Scorers)
            .Select(group => (group.Key, scorers.Of(group.Key), group.ToArray()))];
        Degrees = [.. settings.SelectMany(setting => setting.Degrees).Distinct().Order()];
    }

    /// <summary>All degrees that a setting uses, ascending.</summary>
    public IReadOnlyList<int> Degrees { get; }

    /// <summary>Adds one image's scores on one map; different images from any thread, maps one after the other.</summary>
    /// <param name="map">The map.</param>
    /// <param name="image">The image.</param>
    /// <param name="distances">[images × P]: from each of its patches to every image; its own are not looked at.</param>
    public void Add(MapId map, int image, ReadOnlySpan<float> distances)
    {
        CountMap(map);
        foreach ((_, int[][] lists, int[] members) in _choices)
        {
            int[] wanted = [.. members.Where(at => _settings[at].Degrees.Contains(map.Degree))];
            if (wanted.Length == 0)
            {
                continue;
            }

            float[] values = new float[lists[image].Length];
            for (int patch = 0; patch < _patches; patch++)
            {
                for (int place = 0; place < values.Length; place++)
                {
                    values[place] = distances[(lists[image][place] * _patches) + patch];
                }

                foreach (int at in wanted)
                {
                    _sums[at][((long)image * _patches) + patch] += IntervalAverage.Reduce(values, _settings[at].Interval, _settings[at].Reduction);
                }
            }
        }
    }

    /// <summary>The means over the maps: for each setting [N × P].</summary>
    public double[][] Scores() => [.. _sums.Select((sums, at) => Array.ConvertAll(sums, sum => sum / _maps[at]))];

    private void CountMap(MapId map)
    {
        lock (_maps)
        {
            if (_last == map)
            {
                return;
            }

            _last = map;
            for (int at = 0; at < _maps.Length; at++)
            {
                _maps[at] += _settings[at].Degrees.Contains(map.Degree) ? 1 : 0;
            }
        }
    }
}
