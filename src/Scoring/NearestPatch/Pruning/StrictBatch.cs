using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Collects pairs until a batch is full, computes them in the kernel's order and raises both patches' exact maxima and limits.
/// </summary>
internal unsafe ref struct StrictBatch(SearchSide rows, SearchSide columns, int channels, double margin)
{
    private const int LineChannels = 16;
    private const int PrefetchedChannels = 512;

    private fixed int _row[StrictDots.Batch];
    private fixed int _column[StrictDots.Batch];
    private int _count;

    public void Add(int row, int column)
    {
        (_row[_count], _column[_count]) = (row, column);
        Prefetch(rows.Tokens + ((nint)row * channels));
        Prefetch(columns.Tokens + ((nint)column * channels));
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
            rowTokens[pair] = rows.Tokens + ((nint)_row[from] * channels);
            columnTokens[pair] = columns.Tokens + ((nint)_column[from] * channels);
        }

        StrictDots.Compute(rowTokens, columnTokens, channels, dots);
        for (int pair = 0; pair < _count; pair++)
        {
            rows.Raise(_row[pair], dots[pair], margin);
            columns.Raise(_column[pair], dots[pair], margin);
        }

        _count = 0;
    }

    /// <summary>A token lies in lines that nothing foretells; the others of the batch give them time to arrive.</summary>
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
