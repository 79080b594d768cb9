using MuSc.Scoring.NearestPatch;

namespace MuSc.Tests;

/// <summary>Calls of a nearest-patch kernel on tokens as they are.</summary>
public static class KernelCalls
{
    /// <summary>Packs two images and gives the row maxima and the column maxima of their dot products.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">[P × C].</param>
    /// <param name="columns">[Q × C].</param>
    public static (float[] Rows, float[] Columns) Compute(this INearestPatchKernel kernel, float[] rows, float[] columns)
    {
        (int rowPatches, int columnPatches) = (rows.Length / kernel.Channels, columns.Length / kernel.Channels);
        float[] packedRows = new float[kernel.PackedLength(rowPatches)];
        float[] packedColumns = new float[kernel.PackedLength(columnPatches)];
        kernel.Pack(rows, rowPatches, packedRows);
        kernel.Pack(columns, columnPatches, packedColumns);
        float[] rowMaxima = new float[rowPatches];
        float[] columnMaxima = new float[columnPatches];
        kernel.MaxDots(packedRows, rowPatches, packedColumns, columnPatches, [], [], rowMaxima, columnMaxima);
        return (rowMaxima, columnMaxima);
    }
}
