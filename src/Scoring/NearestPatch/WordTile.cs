using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Dot products of patches in words (16-bit integers), exact in 32 bits, of which the upper 16 are kept: two instructions for sixteen
/// products where a float32 takes two for eight, and half the bytes.
/// </summary>
internal static unsafe class WordTile
{
    /// <summary>Patches of a panel of columns, [words / 2 × 16 × 2]: two words of eight patches a vector.</summary>
    public const int Width = 16;

    /// <summary>Rows computed together.</summary>
    public const int Rows = 4;

    /// <summary>A patch's place in its panel: packing two vectors of sums to one of words takes them in this order.</summary>
    public static int PlaceOf(int patch) => (patch & 3) | ((patch & 4) << 1) | ((patch & 8) >> 1);

    /// <summary>The products of four rows with a panel of columns, their largest in each row and in each column.</summary>
    /// <param name="rows">[4 × <paramref name="rowStride"/>].</param>
    /// <param name="rowStride">From row to row.</param>
    /// <param name="columns">Panel.</param>
    /// <param name="words">Of each patch, even.</param>
    /// <param name="target">[4 × <paramref name="targetStride"/>] the products, from here sixteen in each row.</param>
    /// <param name="targetStride">From row to row.</param>
    /// <param name="rowBest">[4 × 16] raised to the largest of each row, lane by lane.</param>
    /// <param name="columnBest">[16] written with the largest of each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(
        short* rows, nint rowStride, short* columns, int words, short* target, nint targetStride, short* rowBest, short* columnBest)
    {
        byte* row0 = (byte*)rows, row1 = (byte*)(rows + rowStride), row2 = (byte*)(rows + (2 * rowStride)), row3 = (byte*)(rows + (3 * rowStride));
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        nint end = (nint)words * sizeof(short);
        for (nint at = 0; at < end; at += 2 * sizeof(short), columns += 2 * Width)
        {
            Vector256<short> a = Vector256.Load(columns), b = Vector256.Load(columns + Width);
            Vector256<short> row = Vector256.Create(*(int*)(row0 + at)).AsInt16();
            a0 = MultiplyAdd(a0, a, row);
            b0 = MultiplyAdd(b0, b, row);
            row = Vector256.Create(*(int*)(row1 + at)).AsInt16();
            a1 = MultiplyAdd(a1, a, row);
            b1 = MultiplyAdd(b1, b, row);
            row = Vector256.Create(*(int*)(row2 + at)).AsInt16();
            a2 = MultiplyAdd(a2, a, row);
            b2 = MultiplyAdd(b2, b, row);
            row = Vector256.Create(*(int*)(row3 + at)).AsInt16();
            a3 = MultiplyAdd(a3, a, row);
            b3 = MultiplyAdd(b3, b, row);
        }

        Vector256<short> first = Upper(a0, b0), second = Upper(a1, b1), third = Upper(a2, b2), fourth = Upper(a3, b3);
        first.Store(target);
        second.Store(target + targetStride);
        third.Store(target + (2 * targetStride));
        fourth.Store(target + (3 * targetStride));
        Raise(rowBest, first);
        Raise(rowBest + Width, second);
        Raise(rowBest + (2 * Width), third);
        Raise(rowBest + (3 * Width), fourth);
        Vector256.Max(Vector256.Max(first, second), Vector256.Max(third, fourth)).Store(columnBest);
    }

    /// <summary>The products of four rows with one column, as the others give them.</summary>
    /// <param name="rows">[4 × <paramref name="rowStride"/>] words, and zeros up to a multiple of 16.</param>
    /// <param name="rowStride">From row to row.</param>
    /// <param name="column">The column's words, in the same way.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector128<int> Multiply(short* rows, nint rowStride, short* column)
    {
        short* row2 = rows + (2 * rowStride);
        Vector256<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (nint at = 0; at < rowStride; at += Width)
        {
            Vector256<short> words = Vector256.Load(column + at);
            sum0 = MultiplyAdd(sum0, Vector256.Load(rows + at), words);
            sum1 = MultiplyAdd(sum1, Vector256.Load(rows + rowStride + at), words);
            sum2 = MultiplyAdd(sum2, Vector256.Load(row2 + at), words);
            sum3 = MultiplyAdd(sum3, Vector256.Load(row2 + rowStride + at), words);
        }

        if (!Avx2.IsSupported)
        {
            return Vector128.Create(Vector256.Sum(sum0), Vector256.Sum(sum1), Vector256.Sum(sum2), Vector256.Sum(sum3)) >> 16;
        }

        Vector256<int> halves = Avx2.HorizontalAdd(Avx2.HorizontalAdd(sum0, sum1), Avx2.HorizontalAdd(sum2, sum3));
        return (halves.GetLower() + halves.GetUpper()) >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MultiplyAdd(Vector256<int> sum, Vector256<short> left, Vector256<short> right) =>
        AvxVnni.IsSupported ? AvxVnni.MultiplyWideningAndAdd(sum, left, right)
        : Avx2.IsSupported ? sum + Avx2.MultiplyAddAdjacent(left, right)
        : sum + Vector256.Create(Pairs(left.GetLower(), right.GetLower()), Pairs(left.GetUpper(), right.GetUpper()));

    /// <summary>The sum of two products a lane.</summary>
    private static Vector128<int> Pairs(Vector128<short> left, Vector128<short> right) =>
        AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.AddPairwise(AdvSimd.MultiplyWideningLower(left.GetLower(), right.GetLower()), AdvSimd.MultiplyWideningUpper(left, right))
            : (((left.AsInt32() << 16) >> 16) * ((right.AsInt32() << 16) >> 16)) + ((left.AsInt32() >> 16) * (right.AsInt32() >> 16));

    /// <summary>The upper halves of sixteen sums, in the order of their patches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Upper(Vector256<int> a, Vector256<int> b) =>
        Avx2.IsSupported
            ? Avx2.PackSignedSaturate(a >> 16, b >> 16)
            : Vector256.Create(Vector128.Narrow(a.GetLower() >> 16, b.GetLower() >> 16), Vector128.Narrow(a.GetUpper() >> 16, b.GetUpper() >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Raise(short* best, Vector256<short> values) => Vector256.Max(Vector256.Load(best), values).Store(best);
}
