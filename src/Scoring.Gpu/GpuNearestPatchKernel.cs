using ILGPU.Runtime;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Gpu;

/// <summary>The strict kernel on a graphics processor: the bits of <see cref="SimdNearestPatchKernel"/>, whole tiles at a time. Floors do not help it.</summary>
internal sealed class GpuNearestPatchKernel(Gpu gpu, int channels) : INearestPatchKernel
{
    // Fewer after the device once had no room for so many.
    private int _most = int.MaxValue;

    /// <inheritdoc/>
    public int Channels => channels;

    /// <inheritdoc/>
    public int PackedLength(int patches) => patches * channels;

    /// <inheritdoc/>
    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed) => tokens[..PackedLength(patches)].CopyTo(packed);

    /// <inheritdoc/>
    /// <remarks>One pair is a poor use of a device; nothing of it stays there.</remarks>
    public void MaxDots(
        ReadOnlySpan<float> rows, int rowPatches, ReadOnlySpan<float> columns, int columnPatches,
        ReadOnlySpan<float> rowFloors, ReadOnlySpan<float> columnFloors, Span<float> rowMaxima, Span<float> columnMaxima)
    {
        (float[] one, float[] other) = (rows[..PackedLength(rowPatches)].ToArray(), columns[..PackedLength(columnPatches)].ToArray());
        object pair = new();
        try
        {
            MaxDots(pair, new(0, 1, _ => one, _ => []), rowPatches, new(1, 1, _ => other, _ => []), columnPatches, false, rowMaxima, columnMaxima, default);
        }
        finally
        {
            gpu.Memory.Forget(pair);
        }
    }

    /// <inheritdoc/>
    public void MaxDotsOfTile(
        in TileSide rows, in TileSide columns, int patches, bool diagonal, Span<float> rowMaxima, Span<float> columnMaxima,
        Action<int>? computed, CancellationToken cancellationToken)
    {
        MaxDots(this, rows, patches, columns, patches, diagonal, rowMaxima, columnMaxima, cancellationToken);
        computed?.Invoke(diagonal ? rows.Images * (rows.Images - 1) / 2 : rows.Images * columns.Images);
    }

    private void MaxDots(
        object owner, in TileSide rows, int rowPatches, in TileSide columns, int columnPatches, bool diagonal, Span<float> rowMaxima, Span<float> columnMaxima,
        CancellationToken cancellationToken)
    {
        (int step, bool alone) = gpu.AtOnce(Math.Max(rows.Images, columns.Images), Math.Max(rowPatches, columnPatches), channels);
        step = Math.Min(step, _most);
        GpuStream stream = gpu.Take(alone, cancellationToken);
        try
        {
            for (bool freed = false; ;)
            {
                try
                {
                    for (int row = 0; row < rows.Images; row += step)
                    {
                        for (int column = diagonal ? row : 0; column < columns.Images; column += step)
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            SidePart one = new(rows, row, new(Math.Min(step, rows.Images - row), rowPatches, channels));
                            SidePart other = new(columns, column, new(Math.Min(step, columns.Images - column), columnPatches, channels));
                            MaxDots(stream, owner, one, other, diagonal, rowMaxima, columnMaxima);
                        }
                    }

                    return;
                }
                catch (NoRoomException) when (!freed)
                {
                    stream.Free();
                    gpu.FreeIdle();
                    freed = true;
                }
                catch (NoRoomException) when (step > 1)
                {
                    step = _most = step / 2;
                }
            }
        }
        catch (NoRoomException error)
        {
            throw new JobException(
                JobErrorKind.Resource,
                $"{gpu.Device} has no room for two images of {rowPatches} patches and {channels} channels: {gpu.Memory.Budget >> 20} MiB of it may be used. "
                + "Free the device, or use --device cpu.",
                error);
        }
        catch (AcceleratorException error)
        {
            throw gpu.Failure(error);
        }
        finally
        {
            gpu.Return(stream, alone);
        }
    }

    private void MaxDots(GpuStream stream, object owner, SidePart rows, SidePart columns, bool diagonal, Span<float> rowMaxima, Span<float> columnMaxima)
    {
        bool same = diagonal && rows.First == columns.First;
        using DeviceMemory.Lent one = Borrow(rows);
        using DeviceMemory.Lent other = Borrow(columns);
        stream.MaxDots(new(one.View, rows.Shape), new(other.View, columns.Shape), same);
        Read(stream.ReadRows, rows, columns, rowMaxima);
        if (!same)
        {
            Read(stream.ReadColumns, columns, rows, diagonal ? rowMaxima : columnMaxima);
        }

        DeviceMemory.Lent Borrow(SidePart part) => gpu.Memory.Borrow(
            new(owner, part.Side.Block, part.First, part.Shape.Images), part.Shape.Length, laid => stream.Lay(part.Side.Packed, part.First, laid, part.Shape));
    }

    // The part's images' maxima, [n' × m' × P], to where they lie among all, [n × m × P]: at once where all partners are in the part.
    private static void Read(ReadMaxima read, SidePart images, SidePart partners, Span<float> maxima)
    {
        int patches = images.Shape.Patches;
        int all = partners.Side.Images * patches;
        int here = partners.Shape.Images * patches;
        int rows = here == all ? 1 : images.Shape.Images;
        int length = here * images.Shape.Images / rows;
        for (int row = 0; row < rows; row++)
        {
            read((long)row * length, maxima.Slice(((images.First + row) * all) + (partners.First * patches), length));
        }
    }

    private delegate void ReadMaxima(long first, Span<float> maxima);

    /// <summary>Some images of a block.</summary>
    private readonly record struct SidePart(TileSide Side, int First, LaidShape Shape);
}
