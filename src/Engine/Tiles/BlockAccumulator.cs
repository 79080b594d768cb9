using MuSc.Scoring.NearestPatch;
using System.Numerics.Tensors;

namespace MuSc.Engine.Tiles;

/// <summary>How a patch comes from its distances on a map to a score: which of the sorted values count, and what becomes of them.</summary>
/// <param name="First">First kept position among the sorted values.</param>
/// <param name="End">End of the kept positions, exclusive.</param>
/// <param name="Reduction">What becomes of the kept values.</param>
/// <param name="LaterFirst">The same of a second average of the same values, by which defects that repeat are found.</param>
/// <param name="LaterEnd">Its end; 0 where there is none.</param>
/// <param name="Spare">How many more values are kept, each with its scorer, for images that come or leave later; null where none will.</param>
public sealed record KeptValues(int First, int End, Reduction Reduction, int LaterFirst = 0, int LaterEnd = 0, int? Spare = null)
{
    // A gallery may grow by half before the first patch can lack a value, or lose a third.
    private const int SpareShare = 2;

    /// <summary>How many of the best values a score needs.</summary>
    public int Needed => Math.Max(End, LaterEnd);

    /// <summary>How many of them are kept.</summary>
    public int Keep => Needed + (Spare ?? 0);

    /// <summary>Whether each value is kept with its scorer.</summary>
    public bool WithScorers => Spare is not null;

    /// <summary>How many scores a patch gets, 1 or 2.</summary>
    public int Averages => LaterEnd > 0 ? 2 : 1;

    /// <summary>What is kept of <paramref name="scorers"/> values, at least 1: the interval, or the minimum where references alone score.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    public static KeptValues Of(ScoringJobSpec spec, int scorers) => Of(spec.Mode, spec.Interval, spec.Reduction, spec.CheckRepeats, scorers, spec.FillsGallery);

    /// <summary>The same of settings that are no job's.</summary>
    /// <param name="mode">Who scores.</param>
    /// <param name="interval">The interval.</param>
    /// <param name="reduction">What becomes of the kept values.</param>
    /// <param name="checkRepeats">Whether there is a second average.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    /// <param name="forGallery">Whether images will come or leave later.</param>
    public static KeptValues Of(ScoringMode mode, IntervalRange interval, Reduction reduction, bool checkRepeats, int scorers, bool forGallery = false)
    {
        (int laterFirst, int laterEnd) = checkRepeats ? IntervalRange.Repeated.Positions(scorers) : default;
        (int first, int end) = mode == ScoringMode.References ? (0, 1) : interval.Positions(scorers);
        int needed = Math.Max(end, laterEnd);
        int? spare = forGallery ? Math.Min((needed + SpareShare - 1) / SpareShare, scorers - needed) : null;
        return new(first, end, mode == ScoringMode.References ? Reduction.Min : reduction, laterFirst, laterEnd, spare);
    }

    /// <summary>Floats that hold the kept values of one image, with room for those to come.</summary>
    /// <param name="patches">P.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    public int Floats(int patches, int scorers) => checked(ValueFloats(patches, scorers) + (WithScorers ? ScorerSelection.NameFloats(ValueFloats(patches, scorers)) : 0));

    /// <summary>Bytes of that, with the counts and floors beside it.</summary>
    public long Bytes(int patches, int scorers) => (Floats(patches, scorers) + (2L * patches)) * sizeof(float);

    /// <summary>Those of them that hold values.</summary>
    internal int ValueFloats(int patches, int scorers) => checked(patches * ScorerSelection.Capacity(Keep, scorers));
}

/// <summary>
/// What the images of a block have received from their scorers in one pass: for every patch the best values, in memory of the
/// caller's. Values may come in any order and for different images from any thread; the result is the same.
/// </summary>
public sealed class BlockAccumulator
{
    private readonly ScorerSelection[] _images;
    private readonly KeptValues _kept;
    private readonly int _patches;

    /// <param name="images">Images n.</param>
    /// <param name="patches">P.</param>
    /// <param name="kept">What is kept.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    /// <param name="memory">Holds <see cref="KeptValues.Floats"/> of each image; its contents do not matter.</param>
    /// <param name="start">From where on.</param>
    public BlockAccumulator(int images, int patches, KeptValues kept, int scorers, NativeFloats memory, long start = 0)
    {
        (_patches, _kept, Scorers) = (patches, kept, scorers);
        int length = kept.Floats(patches, scorers);
        int values = kept.ValueFloats(patches, scorers);
        _images = [.. Enumerable.Range(0, images)
            .Select(image => memory.Memory(start + ((long)image * length), length))
            .Select(room => new ScorerSelection(room[..values], patches, kept.Keep, scorers, room[values..]))];
    }

    /// <summary>Images n.</summary>
    public int Images => _images.Length;

    /// <summary>Values that each patch gets, M.</summary>
    public int Scorers { get; }

    /// <summary>Bytes that <see cref="Save"/> writes now.</summary>
    public long SavedBytes => _images.Sum(image =>
        ((long)TensorPrimitives.Sum(image.Counts) * (sizeof(float) + (_kept.WithScorers ? sizeof(ushort) : 0))) + (image.Counts.Length * (sizeof(int) + sizeof(float))));

    /// <summary>An image's values.</summary>
    public ScorerSelection this[int image] => _images[image];

    /// <summary>[P] What a further scorer must exceed to matter to an image's patches; may rise while it is read, never falls.</summary>
    public ReadOnlySpan<float> Floors(int image) => _images[image].Floors;

    /// <summary>Forgets everything, for the next pass.</summary>
    public void Clear() => Array.ForEach(_images, image => image.Clear());

    /// <summary>Takes in the best dot products with another block, or with this one.</summary>
    /// <param name="dots">[n × scorers × P]; negative infinity where there is none, or none that matters.</param>
    /// <param name="names">[scorers] Their names, where they are kept; else of no use.</param>
    public void Add(ReadOnlySpan<float> dots, ReadOnlySpan<ushort> names = default)
    {
        int length = dots.Length / _images.Length;
        for (int image = 0; image < _images.Length; image++)
        {
            ScorerSelection selection = _images[image];
            lock (selection)
            {
                selection.Add(dots.Slice(image * length, length), _kept.WithScorers ? names : default);
            }
        }
    }

    /// <summary>Adds an image's patch scores of this pass to its sums.</summary>
    /// <param name="image">The image's place in the block.</param>
    /// <param name="sums">[averages × P].</param>
    /// <exception cref="InvalidOperationException">A scorer is missing.</exception>
    public void AddScores(int image, Span<double> sums)
    {
        for (int patch = 0; patch < _patches; patch++)
        {
            sums[patch] += _images[image].Reduce(patch, _kept.First, _kept.End, _kept.Reduction);
            if (_kept.Averages > 1)
            {
                sums[_patches + patch] += _images[image].Reduce(patch, _kept.LaterFirst, _kept.LaterEnd, _kept.Reduction);
            }
        }
    }

    /// <summary>Writes the values that are there; nobody may add meanwhile.</summary>
    public void Save(SnapshotFile file)
    {
        foreach (ScorerSelection image in _images)
        {
            file.Write(image.Counts);
            file.Write(image.Floors);
            for (int patch = 0; patch < _patches; patch++)
            {
                file.Write<float>(image.Values(patch));
                file.Write<ushort>(image.Scorers(patch));
            }
        }
    }

    /// <summary>Goes on from saved values.</summary>
    public void Load(SnapshotFile file)
    {
        (int[] counts, float[] floors) = (new int[_patches], new float[_patches]);
        (float[] values, ushort[] names) = (new float[Scorers], new ushort[Scorers]);
        foreach (ScorerSelection image in _images)
        {
            file.Read<int>(counts);
            file.Read<float>(floors);
            for (int patch = 0; patch < _patches; patch++)
            {
                Span<float> kept = values.AsSpan(0, counts[patch]);
                Span<ushort> scorers = names.AsSpan(0, _kept.WithScorers ? counts[patch] : 0);
                file.Read(kept);
                file.Read(scorers);
                image.Begin(patch, kept, scorers, floors[patch]);
            }
        }
    }
}
