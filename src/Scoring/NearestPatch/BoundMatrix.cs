using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Upper bounds of the dot products of a pair of images in 16-bit fixed point: half the size of the tokens' own product, so
/// that it stays in the second-level cache, and read twice.
/// </summary>
/// <param name="values">[rows × stride]; past the last panel it holds <see cref="short.MinValue"/>.</param>
/// <param name="stride">From row to row, a multiple of 32.</param>
internal readonly unsafe struct BoundMatrix(short* values, int stride)
{
    // No bound exceeds 2 (Screen.TakesBytes).
    private const float Steps = 16000;

    /// <summary>Values from row to row for so many columns.</summary>
    public static int StrideOf(int columns) => (columns + 31) & ~31;

    /// <summary>The 16 bits of a bound, cut off.</summary>
    public static short Round(float bound) => (short)(bound * Steps);

    /// <summary>Bounds at or below it stand for dot products that do not exceed the floor.</summary>
    public static short Limit(float floor, double margin) =>
        float.IsNegativeInfinity(floor) ? short.MinValue : (short)Math.Clamp(Math.Floor((floor - margin) * Steps) - 1, short.MinValue, short.MaxValue);

    public short* Row(int row) => values + ((nint)row * stride);

    /// <summary>Fills what lies past the last panel of every row.</summary>
    public void Close(int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            new Span<short>(Row(row) + columns, stride - columns).Fill(short.MinValue);
        }
    }

    /// <summary>Puts a tile of bounds, [W × W], in its place and raises the largest of each row, [W × 16] lane by lane, and column, [W].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Put(float* tile, int width, int row, int rowCount, int column, float* rowBest, float* columnBest)
    {
        if (width == ByteDots.Width)
        {
            PutWide(tile, row, rowCount, column, rowBest, columnBest);
            return;
        }

        for (int member = 0; member < rowCount; member++)
        {
            short* target = Row(row + member) + column;
            Vector128<float> best = Vector128.Load(rowBest + (16 * member));
            for (int lane = 0; lane < width; lane += 4, tile += 4)
            {
                Vector128<float> bounds = Vector128.Load(tile);
                best = Vector128.MaxNative(best, bounds);
                Vector128.MaxNative(Vector128.Load(columnBest + lane), bounds).Store(columnBest + lane);
                Vector128<int> steps = Vector128.ConvertToInt32Native(bounds * Steps);
                Vector128.Narrow(steps, steps).GetLower().Store(target + lane);
            }

            best.Store(rowBest + (16 * member));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PutWide(float* tile, int row, int rowCount, int column, float* rowBest, float* columnBest)
    {
        Vector512<float> columns0 = Vector512.Load(columnBest);
        Vector512<float> columns1 = Vector512.Load(columnBest + 16);
        Vector512<float> columns2 = Vector512.Load(columnBest + 32);
        Vector512<float> scale = Vector512.Create(Steps);
        short* target = Row(row) + column;
        for (int member = 0; member < rowCount; member++, tile += ByteDots.Width, target += stride, rowBest += 16)
        {
            Vector512<float> bounds0 = Vector512.Load(tile);
            Vector512<float> bounds1 = Vector512.Load(tile + 16);
            Vector512<float> bounds2 = Vector512.Load(tile + 32);
            columns0 = Vector512.MaxNative(columns0, bounds0);
            columns1 = Vector512.MaxNative(columns1, bounds1);
            columns2 = Vector512.MaxNative(columns2, bounds2);
            Vector512.MaxNative(
                Vector512.MaxNative(Vector512.Load(rowBest), bounds0), Vector512.MaxNative(bounds1, bounds2)).Store(rowBest);
            Vector512.Narrow(
                Vector512.ConvertToInt32Native(bounds0 * scale), Vector512.ConvertToInt32Native(bounds1 * scale)).Store(target);
            Vector512<int> last = Vector512.ConvertToInt32Native(bounds2 * scale);
            Vector256.Narrow(last.GetLower(), last.GetUpper()).Store(target + 32);
        }

        columns0.Store(columnBest);
        columns1.Store(columnBest + 16);
        columns2.Store(columnBest + 32);
    }
}

/// <summary>Goes through the bounds for pairs above their row's or their column's limit, and computes those.</summary>
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

    /// <summary>Goes on to where the next vector of a row's bounds begins of which some are above a limit.</summary>
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
