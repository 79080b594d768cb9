using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch;

/// <summary>One image of a pair while its best matches are searched for.</summary>
internal readonly unsafe struct SearchSide
{
    private readonly float* _floors;
    private readonly float* _tokens;
    private readonly double _margin;

    /// <param name="packed">The image.</param>
    /// <param name="patches">P.</param>
    /// <param name="layout">Of the image.</param>
    /// <param name="floors">[P] a patch whose maximum does not exceed its floor is of no use; null for none.</param>
    /// <param name="margin">By how much a dot product may exceed its bound before that is cut to 16 bits.</param>
    /// <param name="buffer">[<see cref="BufferLength"/>].</param>
    public SearchSide(float* packed, int patches, in PrunedLayout layout, float* floors, double margin, float* buffer)
    {
        _floors = floors;
        _margin = margin;
        Patches = patches;
        Layout = layout;
        _tokens = packed;
        Rows = (short*)(packed + layout.Rows);
        Columns = (short*)(packed + layout.Columns);
        Exact = buffer;
        Partner = (int*)(buffer + patches);
        Settled = (short*)(buffer + (2 * patches));
        new Span<float>(Exact, patches).Fill(float.NegativeInfinity);
        new Span<int>(Partner, patches).Fill(-1);
    }

    public int Patches { get; }

    public PrunedLayout Layout { get; }

    /// <summary>[C] of a patch.</summary>
    public float* Token(int patch) => _tokens + ((nint)patch * Layout.TokenStride);

    /// <summary>What bounds are made of, patch after patch.</summary>
    public short* Rows { get; }

    /// <summary>The same in panels.</summary>
    public short* Columns { get; }

    /// <summary>The largest dot product computed so far.</summary>
    public float* Exact { get; }

    /// <summary>The patch of the other image with the largest bound, if it was looked at; −1 otherwise.</summary>
    public int* Partner { get; }

    /// <summary>All pairs of the patch with a bound above it have been looked at.</summary>
    public short* Settled { get; }

    /// <summary>Floats of the buffer.</summary>
    public static int BufferLength(int patches) => 3 * patches;

    /// <summary>Pairs of a patch with bounds at or below it cannot matter to it, by what is known now.</summary>
    public short Limit(int patch)
    {
        float known = _floors is null ? Exact[patch] : MathF.Max(Exact[patch], _floors[patch]);
        return float.IsNegativeInfinity(known)
            ? short.MinValue
            : (short)Math.Clamp(Math.Floor((known - _margin) * PrunedPacking.ProductSteps) - 1, short.MinValue, short.MaxValue);
    }

    /// <summary>Exact maxima. What a floor kept from being searched for to the end must not pass for a maximum.</summary>
    public void CopyMaxima(Span<float> maxima)
    {
        for (int patch = 0; patch < Patches; patch++)
        {
            maxima[patch] = _floors is null || Exact[patch] > _floors[patch] ? Exact[patch] : float.NegativeInfinity;
        }
    }
}

/// <summary>Collects pairs until a batch is full, computes them in the kernel's order and raises both patches' maxima.</summary>
internal unsafe ref struct StrictBatch(SearchSide rows, SearchSide columns, int channels)
{
    private const int LineChannels = 16;
    private const int PrefetchedChannels = 512;

    private fixed int _row[StrictDots.Batch];
    private fixed int _column[StrictDots.Batch];
    private int _count;

    /// <summary>Pairs taken so far.</summary>
    public long Looks { get; private set; }

    public void Add(int row, int column)
    {
        (_row[_count], _column[_count]) = (row, column);
        Prefetch(rows.Token(row));
        Prefetch(columns.Token(column));
        Looks++;
        if (++_count == StrictDots.Batch)
        {
            Flush();
        }
    }

    /// <summary>Computes what has been collected.</summary>
    public void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        float** rowTokens = stackalloc float*[StrictDots.Batch];
        float** columnTokens = stackalloc float*[StrictDots.Batch];
        float* dots = stackalloc float[StrictDots.Batch];
        for (int pair = 0; pair < StrictDots.Batch; pair++)
        {
            // A batch that is not full repeats its first pair.
            int from = pair < _count ? pair : 0;
            rowTokens[pair] = rows.Token(_row[from]);
            columnTokens[pair] = columns.Token(_column[from]);
        }

        StrictDots.Compute(rowTokens, columnTokens, channels, _count, dots);
        for (int pair = 0; pair < _count; pair++)
        {
            ref float row = ref rows.Exact[_row[pair]];
            ref float column = ref columns.Exact[_column[pair]];
            row = dots[pair] > row ? dots[pair] : row;
            column = dots[pair] > column ? dots[pair] : column;
        }

        _count = 0;
    }

    /// <summary>The processor cannot predict where a token lies; the rest of the batch gives its lines time to arrive.</summary>
    private readonly void Prefetch(float* token)
    {
        if (Sse.IsSupported)
        {
            for (int channel = 0; channel < Math.Min(channels, PrefetchedChannels); channel += LineChannels)
            {
                Sse.Prefetch0(token + channel);
            }
        }
    }
}
