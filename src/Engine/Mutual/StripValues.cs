using MuSc.Scoring;

namespace MuSc.Engine.Mutual;

/// <summary>
/// What the images of a strip have been told by their scorers on the map at hand: for every patch the best values. Tiles
/// are merged in any order and from any thread, the result is the same.
/// </summary>
internal sealed class StripValues : IDisposable
{
    private readonly NativeFloats _storage;
    private readonly ScorerSelection[] _selections;
    private readonly int _patches;
    private readonly int _capacity;

    /// <param name="images">Images of the longest strip.</param>
    /// <param name="patches">P.</param>
    /// <param name="keep">Best values that are kept of each patch.</param>
    /// <param name="scorers">Values that each patch gets.</param>
    public StripValues(int images, int patches, int keep, int scorers)
    {
        _patches = patches;
        _capacity = ScorerSelection.Capacity(keep, scorers);
        int length = checked(patches * _capacity);
        _storage = new((long)images * length);
        _selections = [.. Enumerable.Range(0, images).Select(
            image => new ScorerSelection(_storage.Memory((long)image * length, length), patches, keep, scorers))];
    }

    /// <summary>One image's values, by its place in the strip.</summary>
    public ScorerSelection this[int image] => _selections[image];

    /// <summary>[P] What a further scorer must exceed to matter to an image's patches; may rise while it is read, never falls.</summary>
    public ReadOnlySpan<float> Floors(int image) => _selections[image].Floors;

    /// <summary>Forgets everything, for the next strip.</summary>
    public void Clear() => Array.ForEach(_selections, selection => selection.Clear());

    /// <summary>Takes in an image's best dot products with some scorers.</summary>
    /// <param name="image">The image's place in the strip.</param>
    /// <param name="dots">[scorers × P].</param>
    public void Add(int image, ReadOnlySpan<float> dots)
    {
        ScorerSelection selection = _selections[image];
        lock (selection)
        {
            selection.Add(dots);
        }
    }

    /// <summary>Saves the values of the first so many images; nobody may add meanwhile.</summary>
    public void Save(SnapshotFile file, int images)
    {
        for (int image = 0; image < images; image++)
        {
            ReadOnlySpan<int> counts = _selections[image].Counts;
            file.Write(counts);
            for (int patch = 0; patch < _patches; patch++)
            {
                file.Write<float>(Values(image, patch, counts[patch]));
            }
        }
    }

    /// <summary>Goes on from saved values.</summary>
    public void Load(SnapshotFile file, int images)
    {
        int[] counts = new int[_patches];
        for (int image = 0; image < images; image++)
        {
            file.Read<int>(counts);
            for (int patch = 0; patch < _patches; patch++)
            {
                file.Read(Values(image, patch, counts[patch]));
            }

            _selections[image].Restore(counts);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _storage.Dispose();

    private Span<float> Values(int image, int patch, int count)
        => _storage.Slice(((long)image * _patches * _capacity) + ((long)patch * _capacity), count);
}
