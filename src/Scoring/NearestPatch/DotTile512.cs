using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>8 × 48 register blocking for 512-bit vectors: 24 accumulators, three column vectors, one broadcast.</summary>
internal readonly unsafe struct DotTile512 : IDotTile
{
    // So many channels of both panels stay in the first-level cache while every group of rows meets them.
    private const int Slice = 128;

    public static int Width => 48;

    public static int Lanes => 16;

    public static int Group => 8;

    public static void Multiply(float* rows, float* columns, int channels, int rowCount, int columnCount, float* tile)
    {
        for (int channel = 0; channel < channels; channel += Slice)
        {
            int slice = Math.Min(Slice, channels - channel);
            float* a = rows + ((nint)channel * 48);
            float* b = columns + ((nint)channel * 48);
            for (int row = 0; row < rowCount; row += 8)
            {
                float* target = tile + (row * 48);
                if (columnCount > 32)
                {
                    Wide(a + row, b, slice, target, channel > 0);
                    continue;
                }

                for (int column = 0; column < columnCount; column += 16)
                {
                    Narrow(a + row, b + column, slice, target + column, channel > 0);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector512<float> r0c0 = default, r0c1 = default, r0c2 = default;
        Vector512<float> r1c0 = default, r1c1 = default, r1c2 = default;
        Vector512<float> r2c0 = default, r2c1 = default, r2c2 = default;
        Vector512<float> r3c0 = default, r3c1 = default, r3c2 = default;
        Vector512<float> r4c0 = default, r4c1 = default, r4c2 = default;
        Vector512<float> r5c0 = default, r5c1 = default, r5c2 = default;
        Vector512<float> r6c0 = default, r6c1 = default, r6c2 = default;
        Vector512<float> r7c0 = default, r7c1 = default, r7c2 = default;
        if (resume)
        {
            r0c0 = Vector512.Load(tile);
            r0c1 = Vector512.Load(tile + 16);
            r0c2 = Vector512.Load(tile + 32);
            r1c0 = Vector512.Load(tile + 48);
            r1c1 = Vector512.Load(tile + 64);
            r1c2 = Vector512.Load(tile + 80);
            r2c0 = Vector512.Load(tile + 96);
            r2c1 = Vector512.Load(tile + 112);
            r2c2 = Vector512.Load(tile + 128);
            r3c0 = Vector512.Load(tile + 144);
            r3c1 = Vector512.Load(tile + 160);
            r3c2 = Vector512.Load(tile + 176);
            r4c0 = Vector512.Load(tile + 192);
            r4c1 = Vector512.Load(tile + 208);
            r4c2 = Vector512.Load(tile + 224);
            r5c0 = Vector512.Load(tile + 240);
            r5c1 = Vector512.Load(tile + 256);
            r5c2 = Vector512.Load(tile + 272);
            r6c0 = Vector512.Load(tile + 288);
            r6c1 = Vector512.Load(tile + 304);
            r6c2 = Vector512.Load(tile + 320);
            r7c0 = Vector512.Load(tile + 336);
            r7c1 = Vector512.Load(tile + 352);
            r7c2 = Vector512.Load(tile + 368);
        }

        for (float* end = a + ((nint)channels * 48); a < end; a += 48, b += 48)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            Vector512<float> b2 = Vector512.Load(b + 32);
            Vector512<float> a0 = Vector512.Create(*a);
            r0c0 = Vector512.FusedMultiplyAdd(a0, b0, r0c0);
            r0c1 = Vector512.FusedMultiplyAdd(a0, b1, r0c1);
            r0c2 = Vector512.FusedMultiplyAdd(a0, b2, r0c2);
            Vector512<float> a1 = Vector512.Create(a[1]);
            r1c0 = Vector512.FusedMultiplyAdd(a1, b0, r1c0);
            r1c1 = Vector512.FusedMultiplyAdd(a1, b1, r1c1);
            r1c2 = Vector512.FusedMultiplyAdd(a1, b2, r1c2);
            Vector512<float> a2 = Vector512.Create(a[2]);
            r2c0 = Vector512.FusedMultiplyAdd(a2, b0, r2c0);
            r2c1 = Vector512.FusedMultiplyAdd(a2, b1, r2c1);
            r2c2 = Vector512.FusedMultiplyAdd(a2, b2, r2c2);
            Vector512<float> a3 = Vector512.Create(a[3]);
            r3c0 = Vector512.FusedMultiplyAdd(a3, b0, r3c0);
            r3c1 = Vector512.FusedMultiplyAdd(a3, b1, r3c1);
            r3c2 = Vector512.FusedMultiplyAdd(a3, b2, r3c2);
            Vector512<float> a4 = Vector512.Create(a[4]);
            r4c0 = Vector512.FusedMultiplyAdd(a4, b0, r4c0);
            r4c1 = Vector512.FusedMultiplyAdd(a4, b1, r4c1);
            r4c2 = Vector512.FusedMultiplyAdd(a4, b2, r4c2);
            Vector512<float> a5 = Vector512.Create(a[5]);
            r5c0 = Vector512.FusedMultiplyAdd(a5, b0, r5c0);
            r5c1 = Vector512.FusedMultiplyAdd(a5, b1, r5c1);
            r5c2 = Vector512.FusedMultiplyAdd(a5, b2, r5c2);
            Vector512<float> a6 = Vector512.Create(a[6]);
            r6c0 = Vector512.FusedMultiplyAdd(a6, b0, r6c0);
            r6c1 = Vector512.FusedMultiplyAdd(a6, b1, r6c1);
            r6c2 = Vector512.FusedMultiplyAdd(a6, b2, r6c2);
            Vector512<float> a7 = Vector512.Create(a[7]);
            r7c0 = Vector512.FusedMultiplyAdd(a7, b0, r7c0);
            r7c1 = Vector512.FusedMultiplyAdd(a7, b1, r7c1);
            r7c2 = Vector512.FusedMultiplyAdd(a7, b2, r7c2);
        }

        r0c0.Store(tile);
        r0c1.Store(tile + 16);
        r0c2.Store(tile + 32);
        r1c0.Store(tile + 48);
        r1c1.Store(tile + 64);
        r1c2.Store(tile + 80);
        r2c0.Store(tile + 96);
        r2c1.Store(tile + 112);
        r2c2.Store(tile + 128);
        r3c0.Store(tile + 144);
        r3c1.Store(tile + 160);
        r3c2.Store(tile + 176);
        r4c0.Store(tile + 192);
        r4c1.Store(tile + 208);
        r4c2.Store(tile + 224);
        r5c0.Store(tile + 240);
        r5c1.Store(tile + 256);
        r5c2.Store(tile + 272);
        r6c0.Store(tile + 288);
        r6c1.Store(tile + 304);
        r6c2.Store(tile + 320);
        r7c0.Store(tile + 336);
        r7c1.Store(tile + 352);
        r7c2.Store(tile + 368);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, float* b, int channels, float* tile, bool resume)
    {
        Vector512<float> r0 = resume ? Vector512.Load(tile) : default;
        Vector512<float> r1 = resume ? Vector512.Load(tile + 48) : default;
        Vector512<float> r2 = resume ? Vector512.Load(tile + 96) : default;
        Vector512<float> r3 = resume ? Vector512.Load(tile + 144) : default;
        Vector512<float> r4 = resume ? Vector512.Load(tile + 192) : default;
        Vector512<float> r5 = resume ? Vector512.Load(tile + 240) : default;
        Vector512<float> r6 = resume ? Vector512.Load(tile + 288) : default;
        Vector512<float> r7 = resume ? Vector512.Load(tile + 336) : default;
        for (float* end = a + ((nint)channels * 48); a < end; a += 48, b += 48)
        {
            Vector512<float> column = Vector512.Load(b);
            r0 = Vector512.FusedMultiplyAdd(Vector512.Create(*a), column, r0);
            r1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[1]), column, r1);
            r2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[2]), column, r2);
            r3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[3]), column, r3);
            r4 = Vector512.FusedMultiplyAdd(Vector512.Create(a[4]), column, r4);
            r5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[5]), column, r5);
            r6 = Vector512.FusedMultiplyAdd(Vector512.Create(a[6]), column, r6);
            r7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[7]), column, r7);
        }

        r0.Store(tile);
        r1.Store(tile + 48);
        r2.Store(tile + 96);
        r3.Store(tile + 144);
        r4.Store(tile + 192);
        r5.Store(tile + 240);
        r6.Store(tile + 288);
        r7.Store(tile + 336);
    }
}
