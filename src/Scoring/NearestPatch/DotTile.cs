using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Dot products of two panels of patches, by vectors of one width. A panel is <see cref="Width"/> patches, laid out [C × Width], so that
/// it serves as rows (broadcast one by one) and as columns (one vector after the other).
/// Each dot product is one accumulator over channels 0 … C−1 with one fused multiply-add each.
/// </summary>
internal sealed unsafe class DotTile
{
    private readonly delegate*<float*, float*, int, int, int, float*, void> _multiply;

    private DotTile(int width, delegate*<float*, float*, int, int, int, float*, void> multiply)
    {
        Width = width;
        _multiply = multiply;
    }

    private static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;

    /// <summary>Patches of a panel, also the row stride of the resulting tile: three vectors.</summary>
    public int Width { get; }

    /// <summary>By vectors of a width; without one, by the widest that this processor computes with at full speed.</summary>
    public static DotTile Of(VectorWidth? width = null) => (width ?? Widest) switch
    {
        VectorWidth.Bits512 => new(3 * Vector512<float>.Count, &DotTile<Vector512<float>, Lanes512>.Multiply),
        VectorWidth.Bits256 => new(3 * Vector256<float>.Count, &DotTile<Vector256<float>, Lanes256>.Multiply),
        _ => new(3 * Vector128<float>.Count, &DotTile<Vector128<float>, Lanes128>.Multiply),
    };

    /// <summary>Writes the dot products of the first patches of two panels.</summary>
    /// <param name="rows">Panel, [C × Width].</param>
    /// <param name="columns">Panel, [C × Width].</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="rowCount">Rows wanted, 1 … Width; computed up to whole register blocks.</param>
    /// <param name="columnCount">Columns wanted, 1 … Width; computed up to whole vectors.</param>
    /// <param name="tile">[Width × Width].</param>
    public void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile) =>
        _multiply(rows, columns, channels, rowCount, columnCount, tile);
}

/// <summary>Register blocking of some rows × three vectors: as many accumulators as the registers hold beside three column vectors and one broadcast.</summary>
internal static unsafe class DotTile<TVector, TLanes>
    where TVector : struct
    where TLanes : IVectorLanes<TVector>
{
    // So many channels of both panels stay in the first-level cache while every group of rows meets them.
    private const int Slice = 128;

    private static int Width => 3 * Lanes;

    private static int Lanes => Unsafe.SizeOf<TVector>() / sizeof(float);

    public static void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile)
    {
        for (int channel = 0; channel < channels; channel += Slice)
        {
            int slice = Math.Min(Slice, channels - channel);
            float* a = rows + ((nint)channel * Width);
            float* b = columns + ((nint)channel * Width);
            for (int row = 0; row < rowCount; row += TLanes.Rows)
            {
                float* target = tile + (row * Width);
                if (columnCount > 2 * Lanes)
                {
                    Wide(a + row, b, slice, target, channel > 0);
                    continue;
                }

                for (int column = 0; column < columnCount; column += Lanes)
                {
                    Narrow(a + row, b + column, slice, target + column, channel > 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, float* b, int channels, float* tile, bool resume) => Block(a, b, channels, tile, resume, wide: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, float* b, int channels, float* tile, bool resume) => Block(a, b, channels, tile, resume, wide: false);

    // Whether it is wide, and how many rows there are, is constant where this is inlined.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* a, float* b, int channels, float* tile, bool resume, bool wide)
    {
        Sums r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default, r6 = default, r7 = default;
        if (resume)
        {
            r0.Load(tile, wide);
            r1.Load(tile + Width, wide);
            r2.Load(tile + (2 * Width), wide);
            r3.Load(tile + (3 * Width), wide);
            if (TLanes.Rows > 4)
            {
                r4.Load(tile + (4 * Width), wide);
                r5.Load(tile + (5 * Width), wide);
            }

            if (TLanes.Rows > 6)
            {
                r6.Load(tile + (6 * Width), wide);
                r7.Load(tile + (7 * Width), wide);
            }
        }

        for (float* end = a + ((nint)channels * Width); a < end; a += Width, b += Width)
        {
            TVector b0 = Unsafe.ReadUnaligned<TVector>(b);
            TVector b1 = wide ? Unsafe.ReadUnaligned<TVector>(b + Lanes) : default;
            TVector b2 = wide ? Unsafe.ReadUnaligned<TVector>(b + (2 * Lanes)) : default;
            r0.Add(a[0], b0, b1, b2, wide);
            r1.Add(a[1], b0, b1, b2, wide);
            r2.Add(a[2], b0, b1, b2, wide);
            r3.Add(a[3], b0, b1, b2, wide);
            if (TLanes.Rows > 4)
            {
                r4.Add(a[4], b0, b1, b2, wide);
                r5.Add(a[5], b0, b1, b2, wide);
            }

            if (TLanes.Rows > 6)
            {
                r6.Add(a[6], b0, b1, b2, wide);
                r7.Add(a[7], b0, b1, b2, wide);
            }
        }

        r0.Store(tile, wide);
        r1.Store(tile + Width, wide);
        r2.Store(tile + (2 * Width), wide);
        r3.Store(tile + (3 * Width), wide);
        if (TLanes.Rows > 4)
        {
            r4.Store(tile + (4 * Width), wide);
            r5.Store(tile + (5 * Width), wide);
        }

        if (TLanes.Rows > 6)
        {
            r6.Store(tile + (6 * Width), wide);
            r7.Store(tile + (7 * Width), wide);
        }
    }

    /// <summary>One row's accumulators: registers, once all is inlined.</summary>
    private struct Sums
    {
        private TVector _first, _second, _third;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(float* tile, bool wide)
        {
            _first = Unsafe.ReadUnaligned<TVector>(tile);
            if (wide)
            {
                _second = Unsafe.ReadUnaligned<TVector>(tile + Lanes);
                _third = Unsafe.ReadUnaligned<TVector>(tile + (2 * Lanes));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(float row, TVector b0, TVector b1, TVector b2, bool wide)
        {
            TVector a = TLanes.Create(row);
            _first = TLanes.FusedMultiplyAdd(a, b0, _first);
            if (wide)
            {
                _second = TLanes.FusedMultiplyAdd(a, b1, _second);
                _third = TLanes.FusedMultiplyAdd(a, b2, _third);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(float* tile, bool wide)
        {
            Unsafe.WriteUnaligned(tile, _first);
            if (wide)
            {
                Unsafe.WriteUnaligned(tile + Lanes, _second);
                Unsafe.WriteUnaligned(tile + (2 * Lanes), _third);
            }
        }
    }
}

/// <summary>What .NET offers for the vectors of one width, but not for vectors of any width.</summary>
internal interface IVectorLanes<TVector>
{
    /// <summary>Rows that the registers hold accumulators for: 4, 6 or 8; divides three times the lanes.</summary>
    static abstract int Rows { get; }

    static abstract TVector Create(float value);

    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);
}

internal readonly struct Lanes128 : IVectorLanes<Vector128<float>>
{
    public static int Rows => 6;

    public static Vector128<float> Create(float value) => Vector128.Create(value);

    public static Vector128<float> FusedMultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.FusedMultiplyAdd(left, right, addend);
}

internal readonly struct Lanes256 : IVectorLanes<Vector256<float>>
{
    public static int Rows => 4;

    public static Vector256<float> Create(float value) => Vector256.Create(value);

    public static Vector256<float> FusedMultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);
}

internal readonly struct Lanes512 : IVectorLanes<Vector512<float>>
{
    public static int Rows => 8;

    public static Vector512<float> Create(float value) => Vector512.Create(value);

    public static Vector512<float> FusedMultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);
}
