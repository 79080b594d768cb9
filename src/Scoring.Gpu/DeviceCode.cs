using ILGPU;
using ILGPU.Runtime;

namespace MuSc.Scoring.Gpu;

/// <summary>The kernels of <see cref="MaxDotsKernel"/>, compiled for a device.</summary>
internal sealed class DeviceCode(Accelerator accelerator)
{
    private readonly Lazy<Action<AcceleratorStream, Index1D, ArrayView<float>, ArrayView<float>, LaidShape>> _lay =
        new(() => accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>, LaidShape>(MaxDotsKernel.Lay));

    private readonly Lazy<Action<AcceleratorStream, Index1D, ArrayView<int>>> _clear =
        new(() => accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(MaxDotsKernel.Clear));

    private readonly Lazy<Action<AcceleratorStream, Index1D, ArrayView<int>>> _decode =
        new(() => accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<int>>(MaxDotsKernel.Decode));

    private readonly Lazy<Action<AcceleratorStream, KernelConfig, ArrayView<Quad>, LaidShape, ArrayView<Quad>, LaidShape, ArrayView<int>, ArrayView<int>, int>> _maxDots =
        new(() => accelerator.LoadKernel<ArrayView<Quad>, LaidShape, ArrayView<Quad>, LaidShape, ArrayView<int>, ArrayView<int>, int>(MaxDotsKernel.MaxDots));

    /// <summary>Lays images' tokens, [n × P × C], out.</summary>
    public void Lay(AcceleratorStream stream, ArrayView<float> tokens, ArrayView<float> laid, LaidShape shape) =>
        _lay.Value(stream, (Index1D)laid.Length, tokens, laid, shape);

    /// <summary>Works out all pairs of some images with others; on the diagonal both maxima are the same.</summary>
    public void MaxDots(AcceleratorStream stream, in LaidImages rows, in LaidImages columns, ArrayView<int> rowMaxima, ArrayView<int> columnMaxima, bool diagonal)
    {
        ArrayView<int>[] all = diagonal ? [rowMaxima] : [rowMaxima, columnMaxima];
        foreach (ArrayView<int> maxima in all)
        {
            _clear.Value(stream, (Index1D)maxima.Length, maxima);
        }

        Index3D groups = new(columns.Shape.Groups, rows.Shape.Groups, rows.Shape.Images * columns.Shape.Images);
        _maxDots.Value(
            stream, new(groups, new Index3D(MaxDotsKernel.Tile, 1, 1)), rows.Floats.Cast<Quad>(), rows.Shape, columns.Floats.Cast<Quad>(), columns.Shape,
            rowMaxima, columnMaxima, diagonal ? 1 : 0);
        foreach (ArrayView<int> maxima in all)
        {
            _decode.Value(stream, (Index1D)maxima.Length, maxima);
        }
    }
}

/// <summary>Images on the device.</summary>
/// <param name="Floats">Their tokens, laid out.</param>
/// <param name="Shape">Their shape.</param>
internal readonly record struct LaidImages(ArrayView<float> Floats, LaidShape Shape);
