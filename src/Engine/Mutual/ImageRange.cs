namespace MuSc.Engine.Mutual;

/// <summary>Consecutive images of a group.</summary>
/// <param name="First">The first.</param>
/// <param name="End">After the last.</param>
internal readonly record struct ImageRange(int First, int End)
{
    public int Count => End - First;

    /// <summary>The range in parts of at most so many images.</summary>
    public IEnumerable<ImageRange> Split(int images)
    {
        for (int first = First; first < End;)
        {
            int end = images < End - first ? first + images : End;
            yield return new(first, end);
            first = end;
        }
    }
}
