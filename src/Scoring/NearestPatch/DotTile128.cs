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
}
