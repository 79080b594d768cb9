namespace MuSc.Scoring.NearestPatch;

/// <summary>Upper bounds of the dot products of two images' patches, by which the pruned kernel rules most of them out (docs/method.md, Exact pruning).</summary>
internal unsafe interface IDotBounds
{
    /// <summary>What they are made of.</summary>
    Screen Screen { get; }

    /// <summary>By how much a dot product, as the kernel computes it, may exceed its bound before that is rounded to 16 bits.</summary>
    double Margin { get; }

    /// <summary>Patches of a panel; an image's patches are filled up to a multiple of it with copies of the last one.</summary>
    int Width { get; }

    /// <summary>Floats that <see cref="Pack"/> writes.</summary>
    int PackedLength(int patches);

    /// <summary>Writes what the bounds of an image's patches are made of.</summary>
    /// <param name="tokens">[P × C].</param>
    /// <param name="patches">P.</param>
    /// <param name="packed">At least <see cref="PackedLength"/> floats.</param>
    void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed);

    /// <summary>All bounds of a pair of images, and the largest of each patch.</summary>
    /// <param name="bounds">[rows × columns], both filled up; what the rows are filled up with may be left as it was.</param>
    /// <param name="rows">The first image, packed.</param>
    /// <param name="rowPatches">P.</param>
    /// <param name="columns">The second image, packed.</param>
    /// <param name="columnPatches">Q.</param>
    /// <param name="rowBest">[P filled up] raised to each row's largest bound.</param>
    /// <param name="columnBest">[Q filled up] the same for columns.</param>
    void Bound(BoundMatrix bounds, float* rows, int rowPatches, float* columns, int columnPatches, short* rowBest, short* columnBest);
}
