using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Folds a tile of dot products into the maxima of its rows and of its columns.</summary>
internal static unsafe class TileMaxima
{
    /// <param name="tile">[rows × stride]; columns beyond those wanted, up to a multiple of 4, hold copies of wanted ones.</param>
    /// <param name="stride">Floats from row to row, a multiple of 4.</param>
    /// <param name="rowMaxima">Raised to each row's maximum.</param>
    /// <param name="columnMaxima">Raised to each column's maximum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(float* tile, int stride, Span<float> rowMaxima, Span<float> columnMaxima)
    {
        int whole = columnMaxima.Length & ~15;
        fixed (float* columns = columnMaxima)
        {
            for (int row = 0; row < rowMaxima.Length; row++)
            {
                float* values = tile + (row * stride);
                Vector512<float> best = Vector512.Create(float.NegativeInfinity);
                for (int column = 0; column < whole; column += 16)
                {
                    Vector512<float> dots = Vector512.Load(values + column);
                    best = Vector512.MaxNative(best, dots);
                    Vector512.MaxNative(Vector512.Load(columns + column), dots).Store(columns + column);
                }

                float maximum = Reduce(best);
                for (int column = whole; column < columnMaxima.Length; column++)
                {
                    maximum = Math.Max(maximum, values[column]);
                    columns[column] = Math.Max(columns[column], values[column]);
                }

                rowMaxima[row] = Math.Max(rowMaxima[row], maximum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Reduce(Vector512<float> lanes)
    {
        Vector256<float> eight = Vector256.MaxNative(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> four = Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }
}
