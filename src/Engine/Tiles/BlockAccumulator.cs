using MuSc.Scoring.NearestPatch;
using System.Numerics.Tensors;

namespace MuSc.Engine.Tiles;

/// <summary>How a patch comes from its distances on a map to a score: which of the sorted values count, and what becomes of them.</summary>
/// <param name="First">First kept position among the sorted values.</param>
/// <param name="End">End of the kept positions, exclusive.</param>
/// <param name="Reduction">What becomes of the kept values.</param>
/// <param name="LaterFirst">The same of a second average of the same values, by which defects that repeat are found.</param>
/// <param name="LaterEnd">Its end; 0 where there is none.</param>
public sealed record KeptValues(int First, int End, Reduction Reduction, int LaterFirst = 0, int LaterEnd = 0)
{
    /// <summary>How many of the best values are kept.</summary>
    public int Keep => Math.Max(End, LaterEnd);

    /// <summary>How many scores a patch gets, 1 or 2.</summary>
    public int Averages => LaterEnd > 0 ? 2 : 1;

    /// <summary>What is kept of <paramref name="scorers"/> values, at least 1: the interval, or the minimum where references alone score.</summary>
    public static KeptValues Of(ScoringMode mode, IntervalRange interval, Reduction reduction, bool checkRepeats, int scorers)
    {
        (int laterFirst, int laterEnd) = checkRepeats ? IntervalRange.Repeated.Positions(scorers) : default;
        (int first, int end) = mode == ScoringMode.References ? (0, 1) : interval.Positions(scorers);
        return new(first, end, mode == ScoringMode.References ? Reduction.Min : reduction, laterFirst, laterEnd);
    }

    /// <summary>Floats that hold the kept values of one image, with room for those to come.</summary>
    /// <param name="patches">P.</param>
    /// <param name="scorers">Values that each patch gets, M.</param>
    public int Floats(int patches, int scorers) => checked(patches * ScorerSelection.Capacity(Keep, scorers));

    /// <summary>Bytes of that, with the counts and floors beside it.</summary>
    public long Bytes(int patches, int scorers) => (Floats(patches, scorers) + (2L * patches)) * sizeof(float);
}

/// <summary>
/// What the images of a block have received from their scorers in one pass: for every patch the best values, in memory of the
/// caller's. Values may come in any order and for different images from any thread; the result is the same.
/// </summary>
public sealed class BlockAccumulator
{
    private readonly Memory<float>[] _storage;
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
        _storage = [.. Enumerable.Range(0, images).Select(image => memory.Memory(start + ((long)image * length), length))];
        _images = [.. _storage.Select(storage => new ScorerSelection(storage, patches, kept.Keep, scorers))];
    }

    /// <summary>Images n.</summary>
    public int Images => _images.Length;

    /// <summary>Values that each patch gets, M.</summary>
    public int Scorers { get; }

    /// <summary>Bytes that <see cref="Save"/> writes now.</summary>
    public long SavedBytes => _images.Sum(image => (long)TensorPrimitives.Sum(image.Counts) + image.Counts.Length) * sizeof(float);

    /// <summary>[P] What a further scorer must exceed to matter to an image's patches; may rise while it is read, never falls.</summary>
    public ReadOnlySpan<float> Floors(int image) => _images[image].Floors;

    /// <summary>Forgets everything, for the next pass.</summary>
    public void Clear() => Array.ForEach(_images, image => image.Clear());

    /// <summary>Takes in the best dot products with another block, or with this one.</summary>
    /// <param name="dots">[n × scorers × P]; negative infinity where there is none, or none that matters.</param>
    public void Add(ReadOnlySpan<float> dots)
    {
        int length = dots.Length / _images.Length;
        for (int image = 0; image < _images.Length; image++)
        {
            ScorerSelection selection = _images[image];
            lock (selection)
            {
                selection.Add(dots.Slice(image * length, length));
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
        for (int image = 0; image < _images.Length; image++)
        {
            ReadOnlySpan<int> counts = _images[image].Counts;
            file.Write(counts);
            for (int patch = 0; patch < _patches; patch++)
            {
                file.Write<float>(Values(image, patch, counts[patch]));
            }
        }
    }

    /// <summary>Goes on from saved values.</summary>
    public void Load(SnapshotFile file)
    {
        int[] counts = new int[_patches];
        for (int image = 0; image < _images.Length; image++)
        {
            file.Read<int>(counts);
            for (int patch = 0; patch < _patches; patch++)
            {
                file.Read(Values(image, patch, counts[patch]));
            }

            _images[image].Restore(counts);
        }
    }

    private Span<float> Values(int image, int patch, int count)
        => _storage[image].Span.Slice(patch * _images[image].PatchCapacity, count);
}
