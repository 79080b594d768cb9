using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Evaluation.Studies;

/// <summary>
/// Scores one set under many settings at once: a patch's distance to every other image is worked out once for each map, and each
/// setting then chooses among the distances. Where degrees ascend, the results are those of <see cref="MutualScorer"/> to the bit.
/// </summary>
internal sealed class DistanceStudy
{
    private readonly long _bytes;
    private readonly ITokenSource _tokens;
    private readonly int _scored;
    private readonly int _patches;
    private readonly WorkerThreads _workers;
    private readonly SimdNearestPatchKernel _kernel;
    private readonly StudyReducer _reducer;

    /// <param name="tokens">The features; references are its last images.</param>
    /// <param name="scored">Images that are scored, N.</param>
    /// <param name="settings">The settings, no two alike.</param>
    /// <param name="split">Gives the subsets of N images for a number of subsets.</param>
    /// <param name="workers">Do the work.</param>
    /// <param name="bytes">For the distances of as many images at a time as fit; one image's are held in any case.</param>
    public DistanceStudy(
        ITokenSource tokens, int scored, IReadOnlyList<PatchSetting> settings, Func<int, IReadOnlyList<int[]>> split, WorkerThreads workers,
        long bytes)
    {
        (_tokens, _scored, _workers, _bytes) = (tokens, scored, workers, bytes);
        _patches = tokens.Shape.Stages[0].Patches;
        _kernel = new SimdNearestPatchKernel(tokens.Shape.Stages[0].Channels);
        _reducer = new StudyReducer(settings, new ScorerLists(tokens.Images, scored, split), scored, _patches);
    }

    /// <summary>Works through all maps.</summary>
    /// <param name="done">Called with how many images have been compared with a strip of others, of <see cref="Steps"/>.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>For each setting [N × P] patch scores.</returns>
    public double[][] Score(Action<int> done, CancellationToken cancellationToken)
    {
        using MapPanels panels = new(_tokens, Strip + _workers.Count, _workers.Count);
        using NativeFloats distances = new((long)Strip * _tokens.Images * _patches);
        float[][] spare = [.. Enumerable.Range(0, _workers.Count).Select(_ => new float[_patches])];
        foreach (MapId map in Maps)
        {
            panels.Begin(map, [], (_, _) => _kernel);
            foreach (ImageBlock strip in ImageBlock.Cut(0, _scored, Strip))
            {
                _workers.Run(strip.Count, (worker, place) => panels.Pack(worker, place, strip.First + place));
                _workers.Run(_tokens.Images, (worker, image) =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Compare(strip, image, worker, panels, distances, spare[worker]);
                    done(1);
                });
                _workers.Run(strip.Count, (_, place) => _reducer.Add(
                    map, strip.First + place, distances.Slice((long)place * _tokens.Images * _patches, _tokens.Images * _patches)));
            }
        }

        return _reducer.Scores();
    }

    /// <summary>What <see cref="Score"/> reports in all.</summary>
    public long Steps => (long)Maps.Count * ((_scored + Strip - 1) / Strip) * _tokens.Images;

    private IReadOnlyList<MapId> Maps => MapId.All(_tokens.Shape.Stages.Count, _reducer.Degrees);

    private int Strip => (int)Math.Clamp(
        _bytes / sizeof(float) / (((long)_tokens.Images * _patches) + _kernel.PackedLength(_patches)), 1, _scored);

    /// <summary>Compares an image with the strip's; where it is one of them, with those before it, in both directions.</summary>
    private void Compare(ImageBlock strip, int image, int worker, MapPanels panels, NativeFloats distances, float[] spare)
    {
        bool inside = image >= strip.First && image < strip.End;
        int slot = inside ? image - strip.First : Strip + worker;
        if (!inside)
        {
            panels.Pack(worker, slot, image);
        }

        for (int place = 0; place < (inside ? slot : strip.Count); place++)
        {
            Span<float> strips = Cells(distances, place, image);
            Span<float> images = inside ? Cells(distances, slot, strip.First + place) : spare;
            _kernel.MaxDots(panels[place], _patches, panels[slot], _patches, strips, images);
            ToDistances(strips);
            if (inside)
            {
                ToDistances(images);
            }
        }
    }

    private Span<float> Cells(NativeFloats distances, int place, int scorer) =>
        distances.Slice((((long)place * _tokens.Images) + scorer) * _patches, _patches);

    private static void ToDistances(Span<float> dots)
    {
        foreach (ref float dot in dots)
        {
            dot = PatchDistance.FromDot(dot);
        }
    }
}

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

/// <summary>Lists who scores an image.</summary>
/// <param name="images">Images in all, references included; they come last.</param>
/// <param name="scored">Images that are scored, N.</param>
/// <param name="split">Gives the subsets of N images for a number of subsets.</param>
internal sealed class ScorerLists(int images, int scored, Func<int, IReadOnlyList<int[]>> split)
{
    /// <summary>For each scored image, the images that score it.</summary>
    /// <exception cref="JobException">An image has no scorer, or there are too few references.</exception>
    public int[][] Of(ScorerChoice choice)
    {
        if (choice.Shots > images - scored)
        {
            throw new JobException(
                JobErrorKind.Input, $"{choice.Shots} references are asked for, but there are {images - scored} normal training images.");
        }

        int[] references = [.. Enumerable.Range(scored, choice.Shots)];
        int[][] lists = new int[scored][];
        foreach (int[] subset in choice.Mode == ScoringMode.Mutual ? split(choice.Subsets) : [.. Enumerable.Range(0, scored).Select(image => new[] { image })])
        {
            foreach (int image in subset)
            {
                lists[image] = [.. subset.Where(other => other != image), .. references];
            }
        }

        return Array.TrueForAll(lists, list => list.Length > 0)
            ? lists
            : throw new JobException(JobErrorKind.Input, $"{scored} images in {choice.Subsets} subsets leave an image that nothing scores.");
    }
}
