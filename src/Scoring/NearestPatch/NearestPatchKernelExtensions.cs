namespace MuSc.Scoring.NearestPatch;

/// <summary>Shorter ways to call a kernel.</summary>
public static class NearestPatchKernelExtensions
{
    /// <summary>Gives every patch its largest dot product, without floors.</summary>
    /// <inheritdoc cref="INearestPatchKernel.MaxDots"/>
    public static void MaxDots(
        this INearestPatchKernel kernel,
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        Span<float> rowMaxima, Span<float> columnMaxima) =>
        kernel.MaxDots(rows, rowPatches, columns, columnPatches, [], [], rowMaxima, columnMaxima);
}
