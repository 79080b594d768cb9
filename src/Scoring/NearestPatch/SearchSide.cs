using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Scoring.NearestPatch;

/// <summary>One image of a pair while its best matches are searched for.</summary>
internal readonly unsafe struct SearchSide
{
    public SearchSide(float* tokens, int patches, int padded, float* floors, float* buffer)
    {
        Patches = patches;
        Padded = padded;
        Floors = floors;
        Tokens = tokens;
        Exact = buffer;
        Partner = (int*)(buffer + padded);
        Limit = (short*)(buffer + (2 * padded));
        Best = Limit + padded;
        new Span<short>(Best, padded).Fill(short.MinValue);
        new Span<float>(Exact, padded).Fill(float.NegativeInfinity);
        new Span<int>(Partner, padded).Fill(-1);
        new Span<short>(Limit + patches, padded - patches).Fill(short.MaxValue);
    }

    public int Patches { get; }

    /// <summary>Patches with those that fill up.</summary>
    public int Padded { get; }

    /// <summary>[P] a patch whose maximum does not exceed its floor is of no use; null for none.</summary>
    public float* Floors { get; }

    /// <summary>[P × C].</summary>
    public float* Tokens { get; }

    /// <summary>The largest bound of each patch.</summary>
    public short* Best { get; }

    /// <summary>The largest dot product computed so far.</summary>
    public float* Exact { get; }

    /// <summary>The patch of the other image with the largest bound, once it has been looked at; −1 before.</summary>
    public int* Partner { get; }

    /// <summary>A pair with a bound at or below it cannot matter to the patch.</summary>
    public short* Limit { get; }

    /// <summary>Floats of the buffer for so many padded patches.</summary>
    public static int BufferLength(int padded) => 3 * padded;

    /// <summary>Sets limits so that each patch's largest bound passes, unless its floor rules it out.</summary>
    public void AimAtBest(double margin)
    {
        for (int patch = 0; patch < Patches; patch++)
        {
            bool ruledOut = Floors is not null && Best[patch] <= BoundMatrix.Limit(Floors[patch], margin);
            Limit[patch] = ruledOut ? short.MaxValue : (short)(Best[patch] - 1);
        }
    }

    /// <summary>Sets limits to what is known by now.</summary>
    public void AimAtBetter(double margin)
    {
        for (int patch = 0; patch < Patches; patch++)
        {
            Limit[patch] = BoundMatrix.Limit(Floors is null ? Exact[patch] : MathF.Max(Exact[patch], Floors[patch]), margin);
        }
    }

    /// <summary>Takes note of a dot product of a patch, in the kernel's order.</summary>
    public void Raise(int patch, float dot, double margin)
    {
        if (dot > Exact[patch])
        {
            Exact[patch] = dot;
            Limit[patch] = Math.Max(Limit[patch], BoundMatrix.Limit(dot, margin));
        }
    }

    /// <summary>Exact maxima. What a floor kept from being searched for to the end must not pass for a maximum.</summary>
    public void CopyMaxima(Span<float> maxima)
    {
        for (int patch = 0; patch < Patches; patch++)
        {
            maxima[patch] = Floors is null || Exact[patch] > Floors[patch] ? Exact[patch] : float.NegativeInfinity;
        }
    }
}

/// <summary>
/// Collects pairs until a batch is full, computes them in the kernel's order and raises both patches' exact maxima and limits.
/// </summary>
internal unsafe ref struct StrictBatch(SearchSide rows, SearchSide columns, int channels, double margin)
{
    private const int LineChannels = 16;
    private const int PrefetchedChannels = 512;

    private fixed int _row[StrictDots.Batch];
    private fixed int _column[StrictDots.Batch];
    private int _count;

    public void Add(int row, int column)
    {
        (_row[_count], _column[_count]) = (row, column);
        Prefetch(rows.Tokens + ((nint)row * channels));
        Prefetch(columns.Tokens + ((nint)column * channels));
        if (++_count == StrictDots.Batch)
        {
            Flush();
        }
    }

    /// <summary>Computes what has been collected.</summary>
    public void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        float** rowTokens = stackalloc float*[StrictDots.Batch];
        float** columnTokens = stackalloc float*[StrictDots.Batch];
        float* dots = stackalloc float[StrictDots.Batch];
        for (int pair = 0; pair < StrictDots.Batch; pair++)
        {
            // A batch that is not full repeats its first pair.
            int from = pair < _count ? pair : 0;
            rowTokens[pair] = rows.Tokens + ((nint)_row[from] * channels);
            columnTokens[pair] = columns.Tokens + ((nint)_column[from] * channels);
        }

        StrictDots.Compute(rowTokens, columnTokens, channels, dots);
        for (int pair = 0; pair < _count; pair++)
        {
            rows.Raise(_row[pair], dots[pair], margin);
            columns.Raise(_column[pair], dots[pair], margin);
        }

        _count = 0;
    }

    /// <summary>The processor cannot predict where a token lies; the rest of the batch gives its lines time to arrive.</summary>
    private readonly void Prefetch(float* token)
    {
        if (Sse.IsSupported)
        {
            for (int channel = 0; channel < Math.Min(channels, PrefetchedChannels); channel += LineChannels)
            {
                Sse.Prefetch0(token + channel);
            }
        }
    }
}

/// <summary>Single dot products in the kernel's fixed order, eight pairs at a time: lanes are pairs, never channels.</summary>
internal static unsafe class StrictDots
{
    /// <summary>Pairs computed together.</summary>
    public const int Batch = 8;

    /// <summary>The dot products of eight pairs of tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(float** rows, float** columns, int channels, float* dots)
    {
        Vector256<float> sum = default;
        int channel = 0;
        if (Avx.IsSupported)
        {
            for (; channel <= channels - 4; channel += 4)
            {
                (Vector256<float> a0, Vector256<float> a1, Vector256<float> a2, Vector256<float> a3) = Transpose(rows, channel);
                (Vector256<float> b0, Vector256<float> b1, Vector256<float> b2, Vector256<float> b3) = Transpose(columns, channel);
                sum = Vector256.FusedMultiplyAdd(a0, b0, sum);
                sum = Vector256.FusedMultiplyAdd(a1, b1, sum);
                sum = Vector256.FusedMultiplyAdd(a2, b2, sum);
                sum = Vector256.FusedMultiplyAdd(a3, b3, sum);
            }
        }

        sum.Store(dots);
        for (int pair = 0; pair < Batch; pair++)
        {
            float* row = rows[pair];
            float* column = columns[pair];
            float dot = dots[pair];
            for (int rest = channel; rest < channels; rest++)
            {
                dot = MathF.FusedMultiplyAdd(row[rest], column[rest], dot);
            }

            dots[pair] = dot;
        }
    }

    /// <summary>Four channels of eight tokens, so that each vector holds one channel of all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> First, Vector256<float> Second, Vector256<float> Third, Vector256<float> Fourth) Transpose(
        float** tokens, int channel)
    {
        Vector256<float> a = Halves(tokens[0], tokens[4], channel), b = Halves(tokens[1], tokens[5], channel);
        Vector256<float> c = Halves(tokens[2], tokens[6], channel), d = Halves(tokens[3], tokens[7], channel);
        Vector256<float> ab = Avx.UnpackLow(a, b), cd = Avx.UnpackLow(c, d);
        Vector256<float> high = Avx.UnpackHigh(a, b), higher = Avx.UnpackHigh(c, d);
        return (
            Avx.Shuffle(ab, cd, 0b01_00_01_00), Avx.Shuffle(ab, cd, 0b11_10_11_10),
            Avx.Shuffle(high, higher, 0b01_00_01_00), Avx.Shuffle(high, higher, 0b11_10_11_10));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(float* lower, float* upper, int channel) =>
        Vector256.Create(Vector128.Load(lower + channel), Vector128.Load(upper + channel));
}
