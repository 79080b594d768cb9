using ILGPU;
using ILGPU.Runtime;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Gpu;

/// <summary>A queue of work on a device, and the buffers that go with it. One thread at a time.</summary>
internal sealed class GpuStream(AcceleratorStream stream, Gpu gpu) : IDisposable
{
    private MemoryBuffer1D<float, Stride1D.Dense>? _tokens;
    private MemoryBuffer1D<int, Stride1D.Dense>? _rows;
    private MemoryBuffer1D<int, Stride1D.Dense>? _columns;

    /// <summary>Works out some images of one block with some of the other; on the diagonal, with themselves.</summary>
    public void MaxDots(in LaidImages rows, in LaidImages columns, bool diagonal)
    {
        long pairs = (long)rows.Shape.Images * columns.Shape.Images;
        ArrayView<int> rowMaxima = Room(ref _rows, pairs * rows.Shape.Patches);
        ArrayView<int> columnMaxima = diagonal ? rowMaxima : Room(ref _columns, pairs * columns.Shape.Patches);
        gpu.Code.MaxDots(stream, rows, columns, rowMaxima, columnMaxima, diagonal);
    }

    /// <summary>Reads some of the row maxima of the last pairs.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="maxima">Receives them.</param>
    public void ReadRows(long first, Span<float> maxima) => Read(_rows!, first, maxima);

    /// <summary>Reads some of the column maxima; not on the diagonal.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="maxima">Receives them.</param>
    public void ReadColumns(long first, Span<float> maxima) => Read(_columns!, first, maxima);

    /// <summary>Copies images to the device and lays them out for its kernel.</summary>
    /// <param name="packed">The images.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="laid">Receives them.</param>
    /// <param name="shape">Their shape.</param>
    public void Lay(ImageFloats packed, int first, ArrayView<float> laid, LaidShape shape)
    {
        long length = (long)shape.Patches * shape.Channels;
        ArrayView<float> tokens = Room(ref _tokens, shape.Images * length);
        for (int image = 0; image < shape.Images; image++)
        {
            tokens.SubView(image * length, length).CopyFromCPU(stream, ref MemoryMarshal.GetReference(packed(first + image)), length);
        }

        gpu.Code.Lay(stream, tokens, laid, shape);
        stream.Synchronize();
    }

    /// <summary>Frees the buffers; they come again when they are needed.</summary>
    public void Free()
    {
        Drop(ref _tokens);
        Drop(ref _rows);
        Drop(ref _columns);
    }

    public void Dispose()
    {
        Free();
        stream.Dispose();
    }

    private void Read(MemoryBuffer1D<int, Stride1D.Dense> from, long first, Span<float> maxima) =>
        from.View.SubView(first, maxima.Length).CopyToCPU(stream, ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, int>(maxima)), maxima.Length);

    private ArrayView<T> Room<T>(ref MemoryBuffer1D<T, Stride1D.Dense>? buffer, long length)
        where T : unmanaged
    {
        if (buffer is null || buffer.Length < length)
        {
            Drop(ref buffer);
            buffer = gpu.Memory.Allocate<T>(length);
        }

        return buffer.View.SubView(0, length);
    }

    private void Drop<T>(ref MemoryBuffer1D<T, Stride1D.Dense>? buffer)
        where T : unmanaged
    {
        if (buffer is not null)
        {
            gpu.Memory.Free(buffer);
            buffer = null;
        }
    }
}
