using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Looks at the most promising pair of every row or column of one tile of bounds.</summary>
internal static unsafe class SeedTile<TTile>
    where TTile : struct, IDotTile
{
    /// <param name="search">Takes the looks.</param>
    /// <param name="tile">[Width × Width] bounds.</param>
    /// <param name="rows">The first image.</param>
    /// <param name="row">The tile's first row.</param>
    /// <param name="columns">The second image.</param>
    /// <param name="column">The tile's first column.</param>
    public static void Rows(ref PairSearch search, float* tile, in SearchSide rows, int row, in SearchSide columns, int column)
    {
        int columnEnd = Math.Min(TTile.Width, columns.Patches - column);
        for (int member = 0; member < Math.Min(TTile.Width, rows.Patches - row); member++)
        {
            float* bounds = tile + (member * TTile.Width);
            ReadOnlySpan<float> line = new(bounds, TTile.Width);
            float best = LargestOf(bounds);
            if (best >= rows.Threshold[row + member])
            {
                // Past the last patch lie copies of it.
                search.Look(row + member, column + Math.Min(line.IndexOf(best), columnEnd - 1));
            }
        }
    }

    /// <inheritdoc cref="Rows"/>
    public static void Columns(ref PairSearch search, float* tile, in SearchSide rows, int row, in SearchSide columns, int column)
    {
        float* bounds = stackalloc float[TTile.Width];
        int* best = stackalloc int[TTile.Width];
        TTile.BestRows(tile, bounds, best);
        int rowEnd = Math.Min(TTile.Width, rows.Patches - row);
        for (int lane = 0; lane < Math.Min(TTile.Width, columns.Patches - column); lane++)
        {
            if (bounds[lane] >= columns.Threshold[column + lane])
            {
                search.Look(row + Math.Min(best[lane], rowEnd - 1), column + lane);
            }
        }
    }

    private static float LargestOf(float* bounds)
    {
        Vector128<float> best = Vector128.Load(bounds);
        for (int lane = 4; lane < TTile.Width; lane += 4)
        {
            best = Vector128.MaxNative(best, Vector128.Load(bounds + lane));
        }

        return MathF.Max(MathF.Max(best[0], best[1]), MathF.Max(best[2], best[3]));
    }
}
