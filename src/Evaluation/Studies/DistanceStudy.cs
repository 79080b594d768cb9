using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Images;
using MuSc.Scoring;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Evaluation.Studies;

/// <summary>
/// Scores one set under many settings at once: a patch's distance to every other image is worked out once for each map, and each
/// setting then chooses among the distances. Where degrees ascend, the results are those of <see cref="MutualScorer"/> to the bit.
/// </summary>
/// <param name="tokens">The features; references are its last images, as many as any setting uses.</param>
/// <param name="scored">Images that are scored, N.</param>
/// <param name="settings">The settings, no two alike.</param>
/// <param name="split">Gives the subsets of N images for a number of subsets.</param>
/// <param name="workers">Do the work.</param>
/// <param name="bytes">For the distances of as many images at a time as fit; one image's are held in any case.</param>
internal sealed class DistanceStudy(
    ITokenSource tokens, int scored, IReadOnlyList<PatchSetting> settings, Func<int, IReadOnlyList<int[]>> split, WorkerThreads workers, long bytes)
{
    private readonly int _patches = tokens.Shape.Stages[0].Patches;
    private readonly SimdNearestPatchKernel _kernel = new(tokens.Shape.Stages[0].Channels);
    private readonly StudyReducer _reducer = new(
        settings, choice => ScorersOf(choice, scored, split), scored, tokens.Shape.Stages[0].Patches);

    /// <summary>Works through all maps.</summary>
    /// <param name="done">Called with how many images have been compared with a strip of others, of <see cref="Steps"/>.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>For each setting [N × P] patch scores.</returns>
    public double[][] Score(Action<int> done, CancellationToken cancellationToken)
    {
        using MapPanels panels = new(tokens, Strip + workers.Count, workers.Count);
        using NativeFloats distances = new((long)Strip * tokens.Images * _patches);
        float[][] spare = [.. Enumerable.Range(0, workers.Count).Select(_ => new float[_patches])];
        foreach (MapId map in Maps)
        {
            panels.Begin(map, [], (_, _) => _kernel);
            foreach (ImageBlock strip in ImageBlock.Cut(0, scored, Strip))
            {
                workers.Run(strip.Count, (worker, place) => panels.Pack(worker, place, strip.First + place));
                workers.Run(tokens.Images, (worker, image) =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Compare(strip, image, worker, panels, distances, spare[worker]);
                    done(1);
                });
                workers.Run(strip.Count, (_, place) => _reducer.Add(
                    map.Neighbourhood.Degrees[0], strip.First + place, distances.Slice((long)place * tokens.Images * _patches, tokens.Images * _patches)));
            }
        }

        return _reducer.Scores(tokens.Shape.Stages.Count);
    }

    /// <summary>What <see cref="Score"/> reports in all.</summary>
    public long Steps => (long)Maps.Count * ((scored + Strip - 1) / Strip) * tokens.Images;

    private IReadOnlyList<MapId> Maps => MapId.All(tokens.Shape.Stages.Count, Neighbourhood.Of(Aggregation.Lnamd, _reducer.Degrees));

    private int Strip => (int)Math.Clamp(
        bytes / sizeof(float) / (((long)tokens.Images * _patches) + _kernel.PackedLength(_patches)), 1, scored);

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
            _kernel.MaxDots(panels[place], _patches, panels[slot], _patches, [], [], strips, images);
            ToDistances(strips);
            if (inside)
            {
                ToDistances(images);
            }
        }
    }

    private Span<float> Cells(NativeFloats distances, int place, int scorer) =>
        distances.Slice((((long)place * tokens.Images) + scorer) * _patches, _patches);

    private static void ToDistances(Span<float> dots)
    {
        foreach (ref float dot in dots)
        {
            dot = PatchDistance.FromDot(dot);
        }
    }

    /// <summary>For each scored image, the images that score it.</summary>
    /// <exception cref="JobException">An image has no scorer.</exception>
    private static int[][] ScorersOf(ScorerChoice choice, int scored, Func<int, IReadOnlyList<int[]>> split)
    {
        int[] references = [.. Enumerable.Range(scored, choice.Shots)];
        int[][] lists = [.. Enumerable.Repeat(references, scored)];
        if (ScorerRing.Of(scored, choice.Scorers(scored)) is { } ring)
        {
            int[] order = SubsetSplit.Shuffle(scored, choice.Seed);
            for (int position = 0; position < scored; position++)
            {
                lists[order[position]] =
                [
                    .. ring.Partners(ring.GroupOf(position, scored)).SelectMany(group => order[ring.Start(group, scored)..ring.Start(group + 1, scored)]),
                    .. references,
                ];
            }

            return lists;
        }

        foreach (int[] subset in choice.Mode == ScoringMode.Mutual ? split(choice.Subsets) : [])
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

/// <summary>Turns an image's distances into patch scores under every setting, and sums them over the maps.</summary>
/// <param name="settings">The settings.</param>
/// <param name="scorers">Gives, for each scored image, the images that score it.</param>
/// <param name="scored">Images that are scored, N.</param>
/// <param name="patches">Patches of an image, P.</param>
internal sealed class StudyReducer(IReadOnlyList<PatchSetting> settings, Func<ScorerChoice, int[][]> scorers, int scored, int patches)
{
    private readonly double[][] _sums = [.. settings.Select(_ => new double[(long)scored * patches])];

    // Settings with the same scorers share the values that are gathered.
    private readonly (int[][] Scorers, int[] Settings)[] _groups = [.. Enumerable.Range(0, settings.Count)
        .GroupBy(at => settings[at].Scorers)
        .Select(group => (scorers(group.Key), group.ToArray()))];

    /// <summary>All degrees that a setting uses, ascending.</summary>
    public IReadOnlyList<int> Degrees { get; } = [.. settings.SelectMany(setting => setting.Degrees).Distinct().Order()];

    /// <summary>Adds one image's scores on one map; different images from any thread, maps one after the other.</summary>
    /// <param name="degree">The map's aggregation degree.</param>
    /// <param name="image">The image.</param>
    /// <param name="distances">[images × P]: from each of its patches to every image; its own are not looked at.</param>
    public void Add(int degree, int image, ReadOnlySpan<float> distances)
    {
        foreach ((int[][] lists, int[] members) in _groups)
        {
            int[] wanted = [.. members.Where(at => settings[at].Degrees.Contains(degree))];
            if (wanted.Length == 0)
            {
                continue;
            }

            float[] values = new float[lists[image].Length];
            for (int patch = 0; patch < patches; patch++)
            {
                for (int place = 0; place < values.Length; place++)
                {
                    values[place] = distances[(lists[image][place] * patches) + patch];
                }

                foreach (int at in wanted)
                {
                    _sums[at][((long)image * patches) + patch] += IntervalAverage.Reduce(values, settings[at].Interval, settings[at].Reduction);
                }
            }
        }
    }

    /// <summary>The means over the maps: for each setting [N × P].</summary>
    public double[][] Scores(int stages) => [.. _sums.Zip(settings, (sums, setting) =>
    {
        int maps = stages * setting.Degrees.Distinct().Count();
        return Array.ConvertAll(sums, sum => sum / maps);
    })];
}
