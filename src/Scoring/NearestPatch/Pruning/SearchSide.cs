namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>One image of a pair while its best matches are searched for; all by place in the order of the leaves.</summary>
internal unsafe struct SearchSide
{
    /// <summary>Floats of the buffer that a side needs, padded so that vectors may read past the last patch.</summary>
    public static int BufferLength(int panels, int width) => 4 * panels * width;

    public SearchSide(float* packed, int patches, in PrunedLayout layout, int width, float* buffer)
    {
        Patches = patches;
        Padded = layout.Panels * width;
        Order = (int*)packed + PrunedLayout.Order;
        Leaves = (int*)packed + layout.Leaves;
        Tokens = packed + layout.Tokens;
        Coarse = packed + layout.Coarse;
        Fine = packed + layout.Fine;
        Best = buffer;
        Threshold = buffer + Padded;
        Exact = buffer + (2 * Padded);
        Partner = (int*)buffer + (3 * Padded);
    }

    /// <summary>Patches of the image.</summary>
    public int Patches { get; }

    /// <summary>Patches with those that fill up the last panel.</summary>
    public int Padded { get; }

    /// <summary>The patch at each place.</summary>
    public int* Order { get; }

    /// <summary>The leaf at each place, ascending.</summary>
    public int* Leaves { get; }

    /// <summary>[P × C].</summary>
    public float* Tokens { get; }

    /// <summary>Panels of the first screen.</summary>
    public float* Coarse { get; }

    /// <summary>Panels of the second screen.</summary>
    public float* Fine { get; }

    /// <summary>The largest dot product seen, in lanes.</summary>
    public float* Best { get; }

    /// <summary>A pair whose bound lies below cannot matter to the patch.</summary>
    public float* Threshold { get; }

    /// <summary>The largest dot product in the kernel's order.</summary>
    public float* Exact { get; }

    /// <summary>With which place the best was seen.</summary>
    public int* Partner { get; }

    /// <summary>Starts a search.</summary>
    /// <param name="floors">By patch, or empty.</param>
    /// <param name="margin">Of the bounds, with room for rounding the threshold.</param>
    public readonly void Begin(ReadOnlySpan<float> floors, double margin)
    {
        new Span<float>(Best, Padded).Fill(float.NegativeInfinity);
        new Span<float>(Exact, Padded).Fill(float.NegativeInfinity);
        new Span<int>(Partner, Padded).Fill(-1);
        new Span<float>(Threshold, Patches).Fill(float.NegativeInfinity);
        new Span<float>(Threshold + Patches, Padded - Patches).Fill(float.PositiveInfinity);
        for (int place = 0; place < floors.Length; place++)
        {
            Threshold[place] = (float)(floors[Order[place]] - margin);
        }
    }

    /// <summary>The places whose leaf is at least this one start here.</summary>
    public readonly int PlaceOf(int leaf)
    {
        int at = new ReadOnlySpan<int>(Leaves, Patches).BinarySearch(leaf);
        return Math.Min(at < 0 ? ~at : at, Patches - 1);
    }
}
