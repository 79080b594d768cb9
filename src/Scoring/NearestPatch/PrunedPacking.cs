namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Where the parts of an image packed for the pruned kernel lie, in floats. What bounds are made of is in words: the coefficients along the
/// directions and the length of the rest.
/// </summary>
internal readonly struct PrunedLayout
{
    // Tokens that lie a multiple of 1 KiB apart would share few of the first-level cache's sets while a batch of them is read side by side.
    private const int CollidingChannels = 256;
    private const int LineChannels = 16;

    public PrunedLayout(int patches, int channels, int directions)
    {
        Words = (directions + 2) & ~1;
        RowWords = (Words + 15) & ~15;
        Panels = NearestPatch.Panels.Count(patches, WordTile.Width);
        TokenStride = channels % CollidingChannels == 0 ? channels + LineChannels : channels;
        Rows = checked((patches * TokenStride) + 15) & ~15;
        Columns = checked(Rows + (Panels * WordTile.Width * RowWords / 2));
        Length = checked(Columns + (Panels * WordTile.Width * Words / 2));
    }

    /// <summary>Of a patch, even; the last may be zero.</summary>
    public int Words { get; }

    /// <summary>The same with zeros up to a multiple of 16.</summary>
    public int RowWords { get; }

    /// <summary>Panels of 16 patches; the last is filled up with copies of the last patch.</summary>
    public int Panels { get; }

    /// <summary>From a token to the next: C, or a little more. The tokens come first.</summary>
    public int TokenStride { get; }

    /// <summary>[16 · panels × row words], behind the tokens.</summary>
    public int Rows { get; }

    /// <summary>[panels × words / 2 × 16 × 2], see <see cref="WordTile"/>.</summary>
    public int Columns { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }
}

/// <summary>Lays an image out for the pruned kernel.</summary>
/// <param name="basis">The map's directions.</param>
/// <param name="directions">How many of them.</param>
internal readonly struct PrunedPacking(TokenBasis basis, int directions)
{
    /// <summary>What 1 is in a word. The upper half of a product then counts <see cref="ProductSteps"/>.</summary>
    public const int Steps = 32000;

    /// <summary>What 1 is in the upper half of a product of words; no product of unit vectors leaves 16 bits.</summary>
    public const int ProductSteps = Steps * Steps >> 16;

    private const int Together = TokenBasis.Together;

    public void Pack(ReadOnlySpan<float> tokens, int patches, Span<float> packed)
    {
        int channels = basis.Channels;
        PrunedLayout layout = new(patches, channels, directions);
        for (int patch = 0; patch < patches; patch++)
        {
            tokens.Slice(patch * channels, channels).CopyTo(packed[(patch * layout.TokenStride)..]);
        }

        Span<short> rows = MemoryMarshal.Cast<float, short>(packed[layout.Rows..layout.Columns]);
        Span<short> columns = MemoryMarshal.Cast<float, short>(packed[layout.Columns..layout.Length]);
        rows.Clear();
        double[] some = new double[channels * Together];
        double[] coefficients = new double[layout.Words * Together];
        for (int place = 0; place < layout.Panels * WordTile.Width; place += Together)
        {
            for (int lane = 0; lane < Together; lane++)
            {
                ReadOnlySpan<float> token = tokens.Slice(Math.Min(place + lane, patches - 1) * channels, channels);
                for (int channel = 0; channel < channels; channel++)
                {
                    some[(channel * Together) + lane] = token[channel];
                }
            }

            basis.Project(some, Steps, directions, coefficients);
            Span<short> panel = columns[(place / WordTile.Width * WordTile.Width * layout.Words)..];
            for (int lane = 0; lane < Together; lane++)
            {
                Span<short> row = rows.Slice((place + lane) * layout.RowWords, layout.RowWords);
                int column = 2 * WordTile.PlaceOf((place + lane) % WordTile.Width);
                for (int word = 0; word < layout.Words; word++)
                {
                    short value = (short)coefficients[(word * Together) + lane];
                    row[word] = value;
                    panel[((word & ~1) * WordTile.Width) + column + (word & 1)] = value;
                }
            }
        }
    }
}
