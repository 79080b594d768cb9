using MuSc.Scoring.Interval;

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

    /// <param name="images">Images of the longest strip.</param>
    /// <param name="patches">P.</param>
    /// <param name="keep">Best values that are kept of each patch.</param>
    /// <param name="scorers">Values that each patch gets.</param>
    public StripValues(int images, int patches, int keep, int scorers)
    {
        _patches = patches;
        int length = checked(patches * ScorerSelection.Capacity(keep, scorers));
        _storage = new((long)images * length);
        _selections = [.. Enumerable.Range(0, images).Select(
            image => new ScorerSelection(_storage.Memory((long)image * length, length), patches, keep, scorers))];
    }

    /// <summary>One image's values, by its place in the strip.</summary>
    public ScorerSelection this[int image] => _selections[image];

    /// <summary>Forgets everything, for the next strip.</summary>
    public void Clear() => Array.ForEach(_selections, selection => selection.Clear());

    /// <summary>Takes in an image's best dot products with some scorers.</summary>
    /// <param name="image">The image's place in the strip.</param>
    /// <param name="dots">[rows × P].</param>
    /// <param name="first">The first row that counts.</param>
    /// <param name="end">After the last row that counts.</param>
    public void Add(int image, ReadOnlySpan<float> dots, int first, int end)
    {
        ScorerSelection selection = _selections[image];
        lock (selection)
        {
            // Patch by patch: a patch's values lie together, those of all patches do not fit a cache.
            ReadOnlySpan<float> floors = selection.Floors;
            for (int patch = 0; patch < _patches; patch++)
            {
                for (int row = first; row < end; row++)
                {
                    float dot = dots[(row * _patches) + patch];
                    if (dot > floors[patch])
                    {
                        selection.Add(patch, dot);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _storage.Dispose();
}
