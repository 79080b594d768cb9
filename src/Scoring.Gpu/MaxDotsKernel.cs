using System.Runtime.CompilerServices;
using ILGPU;

namespace MuSc.Scoring.Gpu;

/// <summary>Images that lie on the device, laid out by channels: [n × C × P'], P' being P rounded up to whole groups, with zeros past P.</summary>
/// <param name="Images">n.</param>
/// <param name="Patches">P.</param>
/// <param name="Channels">C.</param>
internal readonly record struct LaidShape(int Images, int Patches, int Channels)
{
    /// <summary>Groups of <see cref="MaxDotsKernel.Tile"/> patches.</summary>
    public int Groups => (Patches + MaxDotsKernel.Tile - 1) / MaxDotsKernel.Tile;

    /// <summary>Floats of all images.</summary>
    public long Length => (long)Images * Channels * Groups * MaxDotsKernel.Tile;
}

/// <summary>Four neighbouring floats, read and written at once.</summary>
internal struct Quad
{
    public float X, Y, Z, W;
}

/// <summary>
/// What runs on the device. A group of 64 threads works out 64 × 64 dot products of a pair of images, 8 × 8 by each thread, in registers; channels
/// come in slices through the memory that the group shares. Each dot product is one accumulator over channels 0 … C−1 with one fused multiply-add
/// each, as in <see cref="NearestPatch.SimdNearestPatchKernel"/>. Both maxima are taken from the registers: no dot product is stored.
/// </summary>
internal static class MaxDotsKernel
{
    /// <summary>Patches of either image that a group works on, and its threads.</summary>
    public const int Tile = 64;

    /// <summary>Images of a side in one launch, at most: a grid is no higher than 65,535 pairs.</summary>
    public const int MostImages = 255;

    private const int Slice = 16;
    private const int Quads = Tile / 4;
    private const int Across = 8;

    /// <summary>Stands for negative infinity among maxima.</summary>
    public const int Nothing = int.MinValue;

    /// <summary>Lays tokens, [n × P × C], out.</summary>
    public static void Lay(Index1D at, ArrayView<float> tokens, ArrayView<float> laid, LaidShape shape)
    {
        int padded = shape.Groups * Tile;
        int patch = at % padded;
        int channel = at / padded % shape.Channels;
        int image = at / padded / shape.Channels;
        laid[at] = patch < shape.Patches ? tokens[((((long)image * shape.Patches) + patch) * shape.Channels) + channel] : 0f;
    }

    /// <summary>Sets all maxima to <see cref="Nothing"/>.</summary>
    public static void Clear(Index1D at, ArrayView<int> maxima) => maxima[at] = Nothing;

    /// <summary>Turns maxima from integers of the same order into the bits of their floats.</summary>
    public static void Decode(Index1D at, ArrayView<int> maxima)
    {
        int ordered = maxima[at];
        maxima[at] = ordered == Nothing ? unchecked((int)0xff800000) : Ordered(ordered);
    }

    /// <summary>Raises the maxima of all pairs; a group for each 64 × 64 patches of a pair: x over columns, y over rows, z over pairs.</summary>
    /// <param name="rows">n images.</param>
    /// <param name="rowShape">Their shape.</param>
    /// <param name="columns">m images.</param>
    /// <param name="columnShape">Their shape.</param>
    /// <param name="rowMaxima">[n × m × P] integers of the dot products' order.</param>
    /// <param name="columnMaxima">[m × n × Q]; on the diagonal the same as the row maxima.</param>
    /// <param name="diagonal">1 where both sides are the same images: then only pairs above the diagonal are worked out.</param>
    public static void MaxDots(
        ArrayView<Quad> rows, LaidShape rowShape, ArrayView<Quad> columns, LaidShape columnShape,
        ArrayView<int> rowMaxima, ArrayView<int> columnMaxima, int diagonal)
    {
        int one = Grid.IdxZ / columnShape.Images;
        int other = Grid.IdxZ % columnShape.Images;
        if (diagonal != 0 && other <= one)
        {
            return;
        }

        ArrayView<Quad> rowSlice = SharedMemory.Allocate<Quad>(Slice * Quads);
        ArrayView<Quad> columnSlice = SharedMemory.Allocate<Quad>(Slice * Quads);
        ArrayView<int> rowBest = SharedMemory.Allocate<int>(Tile);
        ArrayView<int> columnBest = SharedMemory.Allocate<int>(Tile);
        int thread = Group.IdxX;
        int across = thread % Across;
        int down = thread / Across;
        rowBest[thread] = Nothing;
        columnBest[thread] = Nothing;

        int channels = rowShape.Channels;
        int rowStride = rowShape.Groups * Quads;
        int columnStride = columnShape.Groups * Quads;
        long rowAt = ((long)one * channels * rowStride) + (Grid.IdxY * Quads);
        long columnAt = ((long)other * channels * columnStride) + (Grid.IdxX * Quads);
        Sums r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        for (int first = 0; first < channels; first += Slice)
        {
            int slice = IntrinsicMath.Min(Slice, channels - first);
            if (first > 0)
            {
                Group.Barrier();
            }

            for (int at = thread; at < slice * Quads; at += Tile)
            {
                long channel = first + (at / Quads);
                rowSlice[at] = rows[rowAt + (channel * rowStride) + (at % Quads)];
                columnSlice[at] = columns[columnAt + (channel * columnStride) + (at % Quads)];
            }

            Group.Barrier();
            for (int at = 0; at < slice * Quads; at += Quads)
            {
                Quad a0 = rowSlice[at + down];
                Quad a1 = rowSlice[at + Across + down];
                Quad b0 = columnSlice[at + across];
                Quad b1 = columnSlice[at + Across + across];
                r0.Add(a0.X, b0, b1);
                r1.Add(a0.Y, b0, b1);
                r2.Add(a0.Z, b0, b1);
                r3.Add(a0.W, b0, b1);
                r4.Add(a1.X, b0, b1);
                r5.Add(a1.Y, b0, b1);
                r6.Add(a1.Z, b0, b1);
                r7.Add(a1.W, b0, b1);
            }
        }

        // A thread's rows and columns are four at a quad, and four half a tile on.
        int row = 4 * down;
        int column = 4 * across;
        int rowsLeft = rowShape.Patches - (Grid.IdxY * Tile);
        int columnsLeft = columnShape.Patches - (Grid.IdxX * Tile) - column;
        Best best = new(Nothing);
        r0.Raise(ref best, rowBest, row, rowsLeft, columnsLeft);
        r1.Raise(ref best, rowBest, row + 1, rowsLeft, columnsLeft);
        r2.Raise(ref best, rowBest, row + 2, rowsLeft, columnsLeft);
        r3.Raise(ref best, rowBest, row + 3, rowsLeft, columnsLeft);
        r4.Raise(ref best, rowBest, row + (Tile / 2), rowsLeft, columnsLeft);
        r5.Raise(ref best, rowBest, row + (Tile / 2) + 1, rowsLeft, columnsLeft);
        r6.Raise(ref best, rowBest, row + (Tile / 2) + 2, rowsLeft, columnsLeft);
        r7.Raise(ref best, rowBest, row + (Tile / 2) + 3, rowsLeft, columnsLeft);
        best.Raise(columnBest, column);

        Group.Barrier();
        if (thread < rowsLeft)
        {
            Atomic.Max(ref rowMaxima[((((long)one * columnShape.Images) + other) * rowShape.Patches) + (Grid.IdxY * Tile) + thread], rowBest[thread]);
        }

        if (thread < columnsLeft + column)
        {
            Atomic.Max(ref columnMaxima[((((long)other * rowShape.Images) + one) * columnShape.Patches) + (Grid.IdxX * Tile) + thread], columnBest[thread]);
        }
    }

    // The bits of a float as an integer of the same order, and back.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Ordered(int bits) => bits ^ ((bits >> 31) & int.MaxValue);

    /// <summary>The largest of a thread's dot products in each of its columns.</summary>
    private struct Best(int nothing)
    {
        public int C0 = nothing, C1 = nothing, C2 = nothing, C3 = nothing, C4 = nothing, C5 = nothing, C6 = nothing, C7 = nothing;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Raise(ArrayView<int> columnBest, int column)
        {
            Atomic.Max(ref columnBest[column], C0);
            Atomic.Max(ref columnBest[column + 1], C1);
            Atomic.Max(ref columnBest[column + 2], C2);
            Atomic.Max(ref columnBest[column + 3], C3);
            Atomic.Max(ref columnBest[column + (Tile / 2)], C4);
            Atomic.Max(ref columnBest[column + (Tile / 2) + 1], C5);
            Atomic.Max(ref columnBest[column + (Tile / 2) + 2], C6);
            Atomic.Max(ref columnBest[column + (Tile / 2) + 3], C7);
        }
    }

    /// <summary>One row's accumulators: registers, once all is inlined.</summary>
    private struct Sums
    {
        private Quad _near, _far;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(float row, Quad near, Quad far)
        {
            _near.X = FusedMultiplyAdd.Of(row, near.X, _near.X);
            _near.Y = FusedMultiplyAdd.Of(row, near.Y, _near.Y);
            _near.Z = FusedMultiplyAdd.Of(row, near.Z, _near.Z);
            _near.W = FusedMultiplyAdd.Of(row, near.W, _near.W);
            _far.X = FusedMultiplyAdd.Of(row, far.X, _far.X);
            _far.Y = FusedMultiplyAdd.Of(row, far.Y, _far.Y);
            _far.Z = FusedMultiplyAdd.Of(row, far.Z, _far.Z);
            _far.W = FusedMultiplyAdd.Of(row, far.W, _far.W);
        }

        // Patches past the last take no part.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Raise(ref Best best, ArrayView<int> rowBest, int row, int rowsLeft, int columnsLeft)
        {
            if (row >= rowsLeft)
            {
                return;
            }

            int most = Nothing;
            Raise(ref best.C0, ref most, _near.X, columnsLeft > 0);
            Raise(ref best.C1, ref most, _near.Y, columnsLeft > 1);
            Raise(ref best.C2, ref most, _near.Z, columnsLeft > 2);
            Raise(ref best.C3, ref most, _near.W, columnsLeft > 3);
            Raise(ref best.C4, ref most, _far.X, columnsLeft > Tile / 2);
            Raise(ref best.C5, ref most, _far.Y, columnsLeft > (Tile / 2) + 1);
            Raise(ref best.C6, ref most, _far.Z, columnsLeft > (Tile / 2) + 2);
            Raise(ref best.C7, ref most, _far.W, columnsLeft > (Tile / 2) + 3);
            Atomic.Max(ref rowBest[row], most);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Raise(ref int columnBest, ref int rowBest, float dot, bool there)
        {
            int ordered = there ? Ordered((int)Interop.FloatAsInt(dot)) : Nothing;
            columnBest = IntrinsicMath.Max(columnBest, ordered);
            rowBest = IntrinsicMath.Max(rowBest, ordered);
        }
    }
}
