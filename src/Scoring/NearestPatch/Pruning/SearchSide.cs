namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>One image of a pair while its best matches are searched for.</summary>
internal readonly unsafe struct SearchSide
{
    /// <param name="packed">The image.</param>
    /// <param name="patches">P.</param>
    /// <param name="layout">Of the packed image.</param>
    /// <param name="padded">Patches with those that fill up the last panel and the last vector of bounds.</param>
    /// <param name="floors">By patch, or null.</param>
    /// <param name="buffer">[<see cref="BufferLength"/>].</param>
    public SearchSide(float* packed, int patches, in PrunedLayout layout, int padded, float* floors, float* buffer)
    {
        Patches = patches;
        Padded = padded;
        Floors = floors;
        Tokens = packed + PrunedLayout.Tokens;
        AsRows = packed + layout.AsRows;
        AsColumns = packed + layout.AsColumns;
        Scales = packed + layout.Scales;
        Sums = (int*)(packed + layout.Sums);
        Bytes = (sbyte*)(packed + layout.Bytes);
        Best = buffer;
        Exact = buffer + padded;
        Partner = (int*)(buffer + (2 * padded));
        Limit = (short*)(buffer + (3 * padded));
        new Span<float>(Best, padded).Fill(float.NegativeInfinity);
        new Span<float>(Exact, padded).Fill(float.NegativeInfinity);
        new Span<int>(Partner, padded).Fill(-1);
        new Span<short>(Limit + patches, padded - patches).Fill(short.MaxValue);
    }

    /// <summary>Patches of the image.</summary>
    public int Patches { get; }

    /// <summary>Patches with those that fill up.</summary>
    public int Padded { get; }

    /// <summary>[P] a patch whose maximum does not exceed its floor is of no use; null for none.</summary>
    public float* Floors { get; }

    /// <summary>[P × C].</summary>
    public float* Tokens { get; }

    /// <summary>Panels of the float32 part of the bounds, for rows.</summary>
    public float* AsRows { get; }

    /// <summary>The same for columns.</summary>
    public float* AsColumns { get; }

    /// <summary>What a step of a patch's bytes stands for.</summary>
    public float* Scales { get; }

    /// <summary>The sum of a patch's bytes.</summary>
    public int* Sums { get; }

    /// <summary>Panels of bytes.</summary>
    public sbyte* Bytes { get; }

    /// <summary>The largest bound of each patch.</summary>
    public float* Best { get; }

    /// <summary>The largest dot product computed so far.</summary>
    public float* Exact { get; }

    /// <summary>The patch of the other image with the largest bound, once it has been looked at; −1 before.</summary>
    public int* Partner { get; }

    /// <summary>A pair with a bound at or below it cannot matter to the patch.</summary>
    public short* Limit { get; }

    /// <summary>Floats of the buffer for so many padded patches.</summary>
    public static int BufferLength(int padded) => 4 * padded;

    /// <summary>Sets limits so that each patch's largest bound passes, unless its floor rules it out.</summary>
    public void AimAtBest(double margin)
    {
        for (int patch = 0; patch < Patches; patch++)
        {
            short best = BoundMatrix.Round(Best[patch]);
            bool ruledOut = Floors is not null && best <= BoundMatrix.Limit(Floors[patch], margin);
            Limit[patch] = ruledOut ? short.MaxValue : (short)(best - 1);
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
