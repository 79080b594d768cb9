using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>4 × 24 register blocking for 256-bit vectors: 12 accumulators, three column vectors, one broadcast.</summary>
internal readonly unsafe struct DotTile256 : IDotTile
{
    // So many channels of both panels stay in the first-level cache while every group of rows meets them.
    private const int Slice = 128;

    public static int Width => 24;

    public static int Lanes => 8;

    public static int Group => 4;

    public static void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile)
    {
        for (int channel = 0; channel < channels; channel += Slice)
        {
            int slice = Math.Min(Slice, channels - channel);
            float* a = rows + ((nint)channel * 24);
            float* b = columns + ((nint)channel * 24);
            for (int row = 0; row < rowCount; row += 4)
            {
                float* target = tile + (row * 24);
                if (columnCount > 16)
                {
                    Wide(a + row, b, slice, target, channel > 0);
                    continue;
                }

                for (int column = 0; column < columnCount; column += 8)
                {
                    Narrow(a + row, b + column, slice, target + column, channel > 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector256<float> r0c0 = default, r0c1 = default, r0c2 = default;
        Vector256<float> r1c0 = default, r1c1 = default, r1c2 = default;
        Vector256<float> r2c0 = default, r2c1 = default, r2c2 = default;
        Vector256<float> r3c0 = default, r3c1 = default, r3c2 = default;
        if (resume)
        {
            r0c0 = Vector256.Load(tile);
            r0c1 = Vector256.Load(tile + 8);
            r0c2 = Vector256.Load(tile + 16);
            r1c0 = Vector256.Load(tile + 24);
            r1c1 = Vector256.Load(tile + 32);
            r1c2 = Vector256.Load(tile + 40);
            r2c0 = Vector256.Load(tile + 48);
            r2c1 = Vector256.Load(tile + 56);
            r2c2 = Vector256.Load(tile + 64);
            r3c0 = Vector256.Load(tile + 72);
            r3c1 = Vector256.Load(tile + 80);
            r3c2 = Vector256.Load(tile + 88);
        }

        for (float* end = a + ((nint)channels * 24); a < end; a += 24, b += 24)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            Vector256<float> b2 = Vector256.Load(b + 16);
            Vector256<float> a0 = Vector256.Create(*a);
            r0c0 = Vector256.FusedMultiplyAdd(a0, b0, r0c0);
            r0c1 = Vector256.FusedMultiplyAdd(a0, b1, r0c1);
            r0c2 = Vector256.FusedMultiplyAdd(a0, b2, r0c2);
            Vector256<float> a1 = Vector256.Create(a[1]);
            r1c0 = Vector256.FusedMultiplyAdd(a1, b0, r1c0);
            r1c1 = Vector256.FusedMultiplyAdd(a1, b1, r1c1);
            r1c2 = Vector256.FusedMultiplyAdd(a1, b2, r1c2);
            Vector256<float> a2 = Vector256.Create(a[2]);
            r2c0 = Vector256.FusedMultiplyAdd(a2, b0, r2c0);
            r2c1 = Vector256.FusedMultiplyAdd(a2, b1, r2c1);
            r2c2 = Vector256.FusedMultiplyAdd(a2, b2, r2c2);
            Vector256<float> a3 = Vector256.Create(a[3]);
            r3c0 = Vector256.FusedMultiplyAdd(a3, b0, r3c0);
            r3c1 = Vector256.FusedMultiplyAdd(a3, b1, r3c1);
            r3c2 = Vector256.FusedMultiplyAdd(a3, b2, r3c2);
        }

        r0c0.Store(tile);
        r0c1.Store(tile + 8);
        r0c2.Store(tile + 16);
        r1c0.Store(tile + 24);
        r1c1.Store(tile + 32);
        r1c2.Store(tile + 40);
        r2c0.Store(tile + 48);
        r2c1.Store(tile + 56);
        r2c2.Store(tile + 64);
        r3c0.Store(tile + 72);
        r3c1.Store(tile + 80);
        r3c2.Store(tile + 88);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector256<float> r0 = resume ? Vector256.Load(tile) : default;
        Vector256<float> r1 = resume ? Vector256.Load(tile + 24) : default;
        Vector256<float> r2 = resume ? Vector256.Load(tile + 48) : default;
        Vector256<float> r3 = resume ? Vector256.Load(tile + 72) : default;
        for (float* end = a + ((nint)channels * 24); a < end; a += 24, b += 24)
        {
            Vector256<float> column = Vector256.Load(b);
            r0 = Vector256.FusedMultiplyAdd(Vector256.Create(*a), column, r0);
            r1 = Vector256.FusedMultiplyAdd(Vector256.Create(a[1]), column, r1);
            r2 = Vector256.FusedMultiplyAdd(Vector256.Create(a[2]), column, r2);
            r3 = Vector256.FusedMultiplyAdd(Vector256.Create(a[3]), column, r3);
        }

        r0.Store(tile);
        r1.Store(tile + 24);
        r2.Store(tile + 48);
        r3.Store(tile + 72);
    }
}
