using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// The search of a pair of images for each patch's best match. Sixteen rows at a time: their bounds with all columns, then each row's pair of
/// the largest bound in the kernel's order, then every pair whose bound exceeds that. Of these bounds only the largest of four rows are kept;
/// by them the columns are searched in the same way, sixteen at a time.
/// </summary>
internal unsafe ref struct PrunedSearch(SearchSide rows, SearchSide columns, int channels, long most)
{
    private const int Width = WordTile.Width;
    private StrictBatch _batch = new(rows, columns, channels);

    /// <summary>Pairs computed in the kernel's order.</summary>
    public readonly long Looks => _batch.Looks;

    /// <summary>Floats of the buffer: the bounds of sixteen rows, and the largest of four rows.</summary>
    public static int BufferLength(in PrunedLayout rows, in PrunedLayout columns) =>
        checked(((Width * columns.Panels * Width) + (GroupsOf(rows) * columns.Panels * Width)) / 2);

    /// <summary>Searches.</summary>
    /// <param name="buffer">[<see cref="BufferLength"/>].</param>
    /// <returns>Whether it came to the end: not where there are so many pairs to look at that computing all of them is the better way.</returns>
    public bool Run(float* buffer)
    {
        int groups = GroupsOf(rows.Layout);
        int stride = columns.Layout.Panels * Width;
        short* strip = (short*)buffer;
        short* best = strip + (Width * stride);
        for (int row = 0; row < rows.Patches; row += Width)
        {
            BoundRows(row, strip, stride, best + (row / WordTile.Rows * Width), groups);
            if (_batch.Looks > most)
            {
                return false;
            }
        }

        for (int column = 0; column < columns.Patches; column += Width)
        {
            SearchColumns(column, best + ((nint)column * groups), (rows.Patches + WordTile.Rows - 1) / WordTile.Rows);
            if (_batch.Looks > most)
            {
                return false;
            }
        }

        _batch.Flush();
        return true;
    }

    private static int GroupsOf(in PrunedLayout layout) => layout.Panels * Width / WordTile.Rows;

    /// <param name="first">Row.</param>
    /// <param name="strip">[16 × stride] the rows' bounds.</param>
    /// <param name="stride">Columns, filled up.</param>
    /// <param name="best">[panels of columns × groups × 16] from the rows' first group on.</param>
    /// <param name="groups">Of four rows.</param>
    [SkipLocalsInit]
    private void BoundRows(int first, short* strip, int stride, short* best, int groups)
    {
        short* lanes = stackalloc short[Width * Width];
        new Span<short>(lanes, Width * Width).Fill(short.MinValue);
        int count = Math.Min(Width, rows.Patches - first);
        nint rowWords = rows.Layout.RowWords;
        int words = rows.Layout.Words;
        for (int column = 0; column < stride; column += Width)
        {
            for (int row = 0; row < count; row += WordTile.Rows)
            {
                WordTile.Multiply(
                    rows.Rows + ((first + row) * rowWords), rowWords, columns.Columns + ((nint)column * words), words,
                    strip + (row * stride) + column, stride, lanes + (row * Width),
                    best + ((nint)column * groups) + (row / WordTile.Rows * Width));
            }
        }

        for (int row = 0; row < count; row++)
        {
            short largest = Largest(Vector256.Load(lanes + (row * Width)));
            rows.Settled[first + row] = short.MaxValue;
            if (largest > rows.Limit(first + row))
            {
                int column = new ReadOnlySpan<short>(strip + (row * stride), stride).IndexOf(largest);
                rows.Partner[first + row] = column;
                _batch.Add(first + row, column);
            }
        }

        _batch.Flush();
        for (int row = 0; row < count; row++)
        {
            if (rows.Partner[first + row] >= 0)
            {
                SearchRow(first + row, strip + (row * stride), stride);
            }
        }
    }

    /// <summary>Looks at every pair of a row whose bound exceeds what is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SearchRow(int row, short* bounds, int stride)
    {
        short limit = rows.Limit(row);
        Vector256<short> limits = Vector256.Create(limit);
        int partner = rows.Partner[row];
        for (int column = 0; column < stride; column += Width)
        {
            uint above = Vector256.GreaterThan(Vector256.Load(bounds + column), limits).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int at = column + BitOperations.TrailingZeroCount(above);
                if (at != partner && at < columns.Patches)
                {
                    _batch.Add(row, at);
                }
            }
        }

        rows.Settled[row] = limit;
    }

    /// <summary>The same for sixteen columns.</summary>
    /// <param name="first">Column.</param>
    /// <param name="best">[groups × 16].</param>
    /// <param name="groups">Of four rows.</param>
    [SkipLocalsInit]
    private void SearchColumns(int first, short* best, int groups)
    {
        short* limit = stackalloc short[Width];
        int count = Math.Min(Width, columns.Patches - first);
        Vector256<short> largest = Vector256.Create(short.MinValue);
        for (int group = 0; group < groups; group++)
        {
            largest = Vector256.Max(largest, Vector256.Load(best + (group * Width)));
        }

        Limits(first, count, limit);
        uint wanted = Vector256.GreaterThan(largest, Vector256.Load(limit)).ExtractMostSignificantBits();
        for (int group = 0; wanted != 0; group++)
        {
            uint found = wanted & Vector256.Equals(Vector256.Load(best + (group * Width)), largest).ExtractMostSignificantBits();
            wanted &= ~found;
            for (; found != 0; found &= found - 1)
            {
                int lane = BitOperations.TrailingZeroCount(found);
                LookAtBest(group * WordTile.Rows, first + lane, largest[lane]);
            }
        }

        _batch.Flush();
        Limits(first, count, limit);
        Vector256<short> limits = Vector256.Load(limit);
        for (int group = 0; group < groups; group++)
        {
            uint above = Vector256.GreaterThan(Vector256.Load(best + (group * Width)), limits).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int lane = BitOperations.TrailingZeroCount(above);
                LookAbove(group * WordTile.Rows, first + lane, limit[lane]);
            }
        }
    }

    private readonly void Limits(int first, int count, short* limit)
    {
        for (int lane = 0; lane < Width; lane++)
        {
            limit[lane] = lane < count ? columns.Limit(first + lane) : short.MaxValue;
        }
    }

    /// <summary>Looks at the one of four rows whose bound is the column's largest.</summary>
    private void LookAtBest(int first, int column, short largest)
    {
        uint equal = Vector128.Equals(Bounds(first, column), Vector128.Create((int)largest)).ExtractMostSignificantBits();
        int row = first + BitOperations.TrailingZeroCount(equal);
        columns.Partner[column] = row;
        if (!IsDone(row, column, largest))
        {
            _batch.Add(row, column);
        }
    }

    /// <summary>Looks at those of four rows whose bounds exceed what is known of the column.</summary>
    private void LookAbove(int first, int column, short limit)
    {
        Vector128<int> bounds = Bounds(first, column);
        uint above = Vector128.GreaterThan(bounds, Vector128.Create((int)limit)).ExtractMostSignificantBits();
        for (; above != 0; above &= above - 1)
        {
            int at = BitOperations.TrailingZeroCount(above);
            if (first + at < rows.Patches && columns.Partner[column] != first + at && !IsDone(first + at, column, bounds[at]))
            {
                _batch.Add(first + at, column);
            }
        }
    }

    private readonly Vector128<int> Bounds(int first, int column)
    {
        nint words = rows.Layout.RowWords;
        return WordTile.Multiply(rows.Rows + (first * words), words, columns.Rows + (column * words));
    }

    /// <summary>Whether the search of the row has looked at it.</summary>
    private readonly bool IsDone(int row, int column, int bound) => bound > rows.Settled[row] || rows.Partner[row] == column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static short Largest(Vector256<short> values)
    {
        Vector128<short> lanes = Vector128.Max(values.GetLower(), values.GetUpper());
        lanes = Vector128.Max(lanes, Vector128.Shuffle(lanes.AsInt64(), Vector128.Create(1L, 0L)).AsInt16());
        lanes = Vector128.Max(lanes, Vector128.Shuffle(lanes.AsInt32(), Vector128.Create(1, 0, 3, 2)).AsInt16());
        return Math.Max(lanes[0], lanes[1]);
    }
}
