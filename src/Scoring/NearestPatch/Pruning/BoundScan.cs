using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Goes through the bounds for pairs above their row's or their column's limit, and computes those.</summary>
/// <param name="bounds">All bounds.</param>
/// <param name="rows">The first image.</param>
/// <param name="columns">The second image.</param>
/// <param name="channels">C.</param>
/// <param name="margin">Of the bounds.</param>
internal readonly unsafe ref struct BoundScan(BoundMatrix bounds, SearchSide rows, SearchSide columns, int channels, double margin)
{
    /// <summary>Computes each patch's pair of the largest bound; a limit that was passed is closed.</summary>
    /// <returns>How many pairs.</returns>
    public long ComputeBest()
    {
        StrictBatch batch = new(rows, columns, channels, margin);
        long looks = 0;
        for (int row = 0; row < rows.Patches; row++)
        {
            short* line = bounds.Row(row);
            for (int first = 0; NextAbove(row, ref first, out uint left); first += Vector512<short>.Count)
            {
                for (; left != 0; left &= left - 1)
                {
                    int column = first + BitOperations.TrailingZeroCount(left);
                    bool ofRow = line[column] > rows.Limit[row] && column < columns.Patches;
                    bool ofColumn = line[column] > columns.Limit[column];
                    if (ofRow)
                    {
                        (rows.Partner[row], rows.Limit[row]) = (column, short.MaxValue);
                    }

                    if (ofColumn)
                    {
                        (columns.Partner[column], columns.Limit[column]) = (row, short.MaxValue);
                    }

                    if (ofRow || ofColumn)
                    {
                        batch.Add(row, column);
                        looks++;
                    }
                }
            }
        }

        batch.Flush();
        return looks;
    }

    /// <summary>Computes every pair above a limit that was not computed yet.</summary>
    /// <param name="most">No more pairs than this: then computing all of them is the better way.</param>
    /// <returns>How many pairs; above <paramref name="most"/> where there are too many.</returns>
    public long ComputeRest(long most)
    {
        StrictBatch batch = new(rows, columns, channels, margin);
        long looks = 0;
        for (int row = 0; row < rows.Patches && looks <= most; row++)
        {
            for (int first = 0; NextAbove(row, ref first, out uint left); first += Vector512<short>.Count)
            {
                for (; left != 0; left &= left - 1)
                {
                    int column = first + BitOperations.TrailingZeroCount(left);
                    if (column < columns.Patches && rows.Partner[row] != column && columns.Partner[column] != row)
                    {
                        batch.Add(row, column);
                        looks++;
                    }
                }
            }
        }

        batch.Flush();
        return looks;
    }

    /// <summary>Goes on to the next vector of a row's bounds of which some are above a limit.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Where to begin; on return where the vector begins.</param>
    /// <param name="above">Which of it are above.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool NextAbove(int row, ref int first, out uint above)
    {
        Vector512<short> rowLimit = Vector512.Create(rows.Limit[row]);
        short* columnLimits = columns.Limit;
        short* line = bounds.Row(row);
        int end = columns.Padded;
        for (int at = first; at < end; at += Vector512<short>.Count)
        {
            above = (uint)Vector512.GreaterThan(
                Vector512.Load(line + at), Vector512.Min(rowLimit, Vector512.Load(columnLimits + at))).ExtractMostSignificantBits();
            if (above != 0)
            {
                first = at;
                return true;
            }
        }

        above = 0;
        return false;
    }
}
