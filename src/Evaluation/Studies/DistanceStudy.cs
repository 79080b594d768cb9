using MuSc.Engine.Mutual;
using MuSc.Engine.Tokens;
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
    /// <param name="done">Told how many images have been compared with a strip of others, of <see cref="Steps"/>.</param>
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
            foreach (ImageRange strip in new ImageRange(0, _scored).Split(Strip))
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
    private void Compare(ImageRange strip, int image, int worker, MapPanels panels, NativeFloats distances, float[] spare)
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
