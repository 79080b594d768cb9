using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>6 × 12 register blocking for 128-bit vectors: 18 accumulators, three column vectors, one broadcast.</summary>
internal readonly unsafe struct DotTile128 : IDotTile
{
    // So many channels of both panels stay in the first-level cache while every group of rows meets them.
    private const int Slice = 128;

    public static int Width => 12;

    public static int Lanes => 4;

    public static int Group => 6;

    public static void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile)
    {
        for (int channel = 0; channel < channels; channel += Slice)
        {
            int slice = Math.Min(Slice, channels - channel);
            float* a = rows + ((nint)channel * 12);
            float* b = columns + ((nint)channel * 12);
            for (int row = 0; row < rowCount; row += 6)
            {
                float* target = tile + (row * 12);
                if (columnCount > 8)
                {
                    Wide(a + row, b, slice, target, channel > 0);
                    continue;
                }

                for (int column = 0; column < columnCount; column += 4)
                {
                    Narrow(a + row, b + column, slice, target + column, channel > 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector128<float> r0c0 = default, r0c1 = default, r0c2 = default;
        Vector128<float> r1c0 = default, r1c1 = default, r1c2 = default;
        Vector128<float> r2c0 = default, r2c1 = default, r2c2 = default;
        Vector128<float> r3c0 = default, r3c1 = default, r3c2 = default;
        Vector128<float> r4c0 = default, r4c1 = default, r4c2 = default;
        Vector128<float> r5c0 = default, r5c1 = default, r5c2 = default;
        if (resume)
        {
            r0c0 = Vector128.Load(tile);
            r0c1 = Vector128.Load(tile + 4);
            r0c2 = Vector128.Load(tile + 8);
            r1c0 = Vector128.Load(tile + 12);
            r1c1 = Vector128.Load(tile + 16);
            r1c2 = Vector128.Load(tile + 20);
            r2c0 = Vector128.Load(tile + 24);
            r2c1 = Vector128.Load(tile + 28);
            r2c2 = Vector128.Load(tile + 32);
            r3c0 = Vector128.Load(tile + 36);
            r3c1 = Vector128.Load(tile + 40);
            r3c2 = Vector128.Load(tile + 44);
            r4c0 = Vector128.Load(tile + 48);
            r4c1 = Vector128.Load(tile + 52);
            r4c2 = Vector128.Load(tile + 56);
            r5c0 = Vector128.Load(tile + 60);
            r5c1 = Vector128.Load(tile + 64);
            r5c2 = Vector128.Load(tile + 68);
        }

        for (float* end = a + ((nint)channels * 12); a < end; a += 12, b += 12)
        {
            Vector128<float> b0 = Vector128.Load(b);
            Vector128<float> b1 = Vector128.Load(b + 4);
            Vector128<float> b2 = Vector128.Load(b + 8);
            Vector128<float> a0 = Vector128.Create(*a);
            r0c0 = Vector128.FusedMultiplyAdd(a0, b0, r0c0);
            r0c1 = Vector128.FusedMultiplyAdd(a0, b1, r0c1);
            r0c2 = Vector128.FusedMultiplyAdd(a0, b2, r0c2);
            Vector128<float> a1 = Vector128.Create(a[1]);
            r1c0 = Vector128.FusedMultiplyAdd(a1, b0, r1c0);
            r1c1 = Vector128.FusedMultiplyAdd(a1, b1, r1c1);
            r1c2 = Vector128.FusedMultiplyAdd(a1, b2, r1c2);
            Vector128<float> a2 = Vector128.Create(a[2]);
            r2c0 = Vector128.FusedMultiplyAdd(a2, b0, r2c0);
            r2c1 = Vector128.FusedMultiplyAdd(a2, b1, r2c1);
            r2c2 = Vector128.FusedMultiplyAdd(a2, b2, r2c2);
            Vector128<float> a3 = Vector128.Create(a[3]);
            r3c0 = Vector128.FusedMultiplyAdd(a3, b0, r3c0);
            r3c1 = Vector128.FusedMultiplyAdd(a3, b1, r3c1);
            r3c2 = Vector128.FusedMultiplyAdd(a3, b2, r3c2);
            Vector128<float> a4 = Vector128.Create(a[4]);
            r4c0 = Vector128.FusedMultiplyAdd(a4, b0, r4c0);
            r4c1 = Vector128.FusedMultiplyAdd(a4, b1, r4c1);
            r4c2 = Vector128.FusedMultiplyAdd(a4, b2, r4c2);
            Vector128<float> a5 = Vector128.Create(a[5]);
            r5c0 = Vector128.FusedMultiplyAdd(a5, b0, r5c0);
            r5c1 = Vector128.FusedMultiplyAdd(a5, b1, r5c1);
            r5c2 = Vector128.FusedMultiplyAdd(a5, b2, r5c2);
        }

        r0c0.Store(tile);
        r0c1.Store(tile + 4);
        r0c2.Store(tile + 8);
        r1c0.Store(tile + 12);
        r1c1.Store(tile + 16);
        r1c2.Store(tile + 20);
        r2c0.Store(tile + 24);
        r2c1.Store(tile + 28);
        r2c2.Store(tile + 32);
        r3c0.Store(tile + 36);
        r3c1.Store(tile + 40);
        r3c2.Store(tile + 44);
        r4c0.Store(tile + 48);
        r4c1.Store(tile + 52);
        r4c2.Store(tile + 56);
        r5c0.Store(tile + 60);
        r5c1.Store(tile + 64);
        r5c2.Store(tile + 68);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector128<float> r0 = resume ? Vector128.Load(tile) : default;
        Vector128<float> r1 = resume ? Vector128.Load(tile + 12) : default;
        Vector128<float> r2 = resume ? Vector128.Load(tile + 24) : default;
        Vector128<float> r3 = resume ? Vector128.Load(tile + 36) : default;
        Vector128<float> r4 = resume ? Vector128.Load(tile + 48) : default;
        Vector128<float> r5 = resume ? Vector128.Load(tile + 60) : default;
        for (float* end = a + ((nint)channels * 12); a < end; a += 12, b += 12)
        {
            Vector128<float> column = Vector128.Load(b);
            r0 = Vector128.FusedMultiplyAdd(Vector128.Create(*a), column, r0);
            r1 = Vector128.FusedMultiplyAdd(Vector128.Create(a[1]), column, r1);
            r2 = Vector128.FusedMultiplyAdd(Vector128.Create(a[2]), column, r2);
            r3 = Vector128.FusedMultiplyAdd(Vector128.Create(a[3]), column, r3);
            r4 = Vector128.FusedMultiplyAdd(Vector128.Create(a[4]), column, r4);
            r5 = Vector128.FusedMultiplyAdd(Vector128.Create(a[5]), column, r5);
        }

        r0.Store(tile);
        r1.Store(tile + 12);
        r2.Store(tile + 24);
        r3.Store(tile + 36);
        r4.Store(tile + 48);
        r5.Store(tile + 60);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint VectorsReaching(float* tile, float* rowThresholds, float* columnThresholds)
    {
        Vector128<float> c0 = Vector128.Load(columnThresholds), c1 = Vector128.Load(columnThresholds + 4), c2 = Vector128.Load(columnThresholds + 8);
        Vector128<float> m0 = Vector128.Create(float.NegativeInfinity), m1 = m0, m2 = m0;
        Vector128<float> t0 = Vector128.Create(*rowThresholds);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile) - Vector128.MinNative(t0, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 4) - Vector128.MinNative(t0, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 8) - Vector128.MinNative(t0, c2));
        Vector128<float> t1 = Vector128.Create(rowThresholds[1]);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile + 12) - Vector128.MinNative(t1, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 16) - Vector128.MinNative(t1, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 20) - Vector128.MinNative(t1, c2));
        Vector128<float> t2 = Vector128.Create(rowThresholds[2]);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile + 24) - Vector128.MinNative(t2, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 28) - Vector128.MinNative(t2, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 32) - Vector128.MinNative(t2, c2));
        Vector128<float> t3 = Vector128.Create(rowThresholds[3]);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile + 36) - Vector128.MinNative(t3, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 40) - Vector128.MinNative(t3, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 44) - Vector128.MinNative(t3, c2));
        Vector128<float> t4 = Vector128.Create(rowThresholds[4]);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile + 48) - Vector128.MinNative(t4, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 52) - Vector128.MinNative(t4, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 56) - Vector128.MinNative(t4, c2));
        Vector128<float> t5 = Vector128.Create(rowThresholds[5]);
        m0 = Vector128.MaxNative(m0, Vector128.Load(tile + 60) - Vector128.MinNative(t5, c0));
        m1 = Vector128.MaxNative(m1, Vector128.Load(tile + 64) - Vector128.MinNative(t5, c1));
        m2 = Vector128.MaxNative(m2, Vector128.Load(tile + 68) - Vector128.MinNative(t5, c2));

        return (Vector128.GreaterThanOrEqualAny(m0, Vector128<float>.Zero) ? 1u : 0)
            | (Vector128.GreaterThanOrEqualAny(m1, Vector128<float>.Zero) ? 2u : 0)
            | (Vector128.GreaterThanOrEqualAny(m2, Vector128<float>.Zero) ? 4u : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 PairsReaching(float* block, float* rowThresholds, float* columnThresholds)
    {
        Vector128<float> columns = Vector128.Load(columnThresholds);
        ulong low = 0, high = 0;
        low |= Mask(block, *rowThresholds, columns);
        low |= Mask(block + 12, rowThresholds[1], columns) << 4;
        low |= Mask(block + 24, rowThresholds[2], columns) << 8;
        low |= Mask(block + 36, rowThresholds[3], columns) << 12;
        low |= Mask(block + 48, rowThresholds[4], columns) << 16;
        low |= Mask(block + 60, rowThresholds[5], columns) << 20;
        return new(high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(float* values, float rowThreshold, Vector128<float> columnThresholds) =>
        Vector128.GreaterThanOrEqual(Vector128.Load(values), Vector128.MinNative(Vector128.Create(rowThreshold), columnThresholds)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BestRows(float* tile, float* bounds, int* rows)
    {
        for (int column = 0; column < 12; column += 4)
        {
            Vector128<float> best = Vector128.Load(tile + column);
            Vector128<int> at = default;
            for (int row = 1; row < 12; row++)
            {
                Vector128<float> values = Vector128.Load(tile + (row * 12) + column);
                Vector128<int> better = Vector128.GreaterThan(values, best).AsInt32();
                at = Vector128.ConditionalSelect(better, Vector128.Create(row), at);
                best = Vector128.MaxNative(best, values);
            }

            best.Store(bounds + column);
            at.Store(rows + column);
        }
    }
}
