using MuSc.Features;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Grains.Workers;

/// <summary>A block's tokens of one map, aggregated and packed for the kernel.</summary>
/// <param name="Images">Images n.</param>
/// <param name="Length">Floats of an image.</param>
/// <param name="Packed">[n × Length].</param>
public sealed record BlockPanels(int Images, int Length, float[] Packed)
{
    /// <summary>Aggregates and packs a block's stage (docs/method.md, Aggregation).</summary>
    /// <param name="stage">[n × P × C] of the map's stage.</param>
    /// <param name="images">Images n.</param>
    /// <param name="shape">The stage's shape.</param>
    /// <param name="map">The first stage's shape, which maps have.</param>
    /// <param name="degree">The degree.</param>
    /// <param name="kernel">Packs.</param>
    public static BlockPanels Of(
        ReadOnlySpan<float> stage, int images, StageShape shape, StageShape map, int degree, INearestPatchKernel kernel)
    {
        int length = kernel.PackedLength(map.Patches);
        float[] packed = new float[checked(images * length)];
        float[] aggregated = new float[map.Length];
        for (int image = 0; image < images; image++)
        {
            Scoring.Lnamd.Aggregate(
                stage.Slice(image * shape.Length, shape.Length), shape.Grid, shape.Channels, degree, map.Grid, map.Channels, aggregated);
            kernel.Pack(aggregated, map.Patches, packed.AsSpan(image * length, length));
        }

        return new(images, length, packed);
    }

    /// <summary>One image's packed tokens.</summary>
    public ReadOnlySpan<float> this[int image] => Packed.AsSpan(image * Length, Length);

    /// <summary>
    /// All dot products that matter of two blocks: every patch's best match in each image of the other block.
    /// </summary>
    /// <param name="rows">One block.</param>
    /// <param name="columns">The other, or the same.</param>
    /// <param name="patches">Patches P.</param>
    /// <param name="kernel">Computes.</param>
    /// <param name="rowFloors">[n × P] what a dot product of the rows must exceed to matter; empty if all matter.</param>
    /// <param name="columnFloors">[m × P] the same for the columns.</param>
    /// <returns>
    /// [n × m × P] for the rows, [m × n × P] for the columns, the latter empty on the diagonal; negative infinity for what does
    /// not matter, an image against itself among it.
    /// </returns>
    public static (float[] Rows, float[] Columns) MaxDots(
        BlockPanels rows, BlockPanels columns, int patches, INearestPatchKernel kernel, float[] rowFloors, float[] columnFloors)
    {
        bool diagonal = ReferenceEquals(rows, columns);
        (int n, int m) = (rows.Images, columns.Images);
        float[] ofRows = new float[checked(n * m * patches)];
        Array.Fill(ofRows, float.NegativeInfinity);
        float[] ofColumns = diagonal ? ofRows : new float[ofRows.Length];
        for (int row = 0; row < n; row++)
        {
            for (int column = diagonal ? row + 1 : 0; column < m; column++)
            {
                ReadOnlySpan<float> ofRow = Floors(rowFloors, row);
                ReadOnlySpan<float> ofColumn = Floors(columnFloors, column);
                Span<float> rowDots = ofRows.AsSpan(((row * m) + column) * patches, patches);
                Span<float> columnDots = ofColumns.AsSpan(((column * n) + row) * patches, patches);
                kernel.MaxDots(rows[row], patches, columns[column], patches, ofRow, ofColumn, rowDots, columnDots);
                Drop(rowDots, ofRow);
                Drop(columnDots, ofColumn);
            }
        }

        return (ofRows, diagonal ? [] : ofColumns);

        ReadOnlySpan<float> Floors(float[] floors, int image) => floors.Length == 0 ? [] : floors.AsSpan(image * patches, patches);
    }

    // A kernel may leave out what does not exceed its floor, and need not.
    private static void Drop(Span<float> dots, ReadOnlySpan<float> floors)
    {
        for (int patch = 0; patch < floors.Length; patch++)
        {
            if (dots[patch] <= floors[patch])
            {
                dots[patch] = float.NegativeInfinity;
            }
        }
    }
}
