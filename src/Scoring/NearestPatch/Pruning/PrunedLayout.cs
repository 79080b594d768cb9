namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Where the parts of a packed image lie, in floats. All parts start at multiples of 16 floats.</summary>
internal readonly struct PrunedLayout
{
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="levels">The map's screens.</param>
    /// <param name="width">Patches of a panel.</param>
    public PrunedLayout(int patches, int channels, ScreenLevels levels, int width)
    {
        Panels = NearestPatch.Panels.Count(patches, width);
        Leaves = RoundUp(patches);
        Tokens = Leaves + RoundUp(patches);
        Coarse = Tokens + RoundUp(checked(patches * channels));
        Fine = Coarse + (levels.Coarse == 0 ? 0 : RoundUp(Panels * width * (levels.Coarse + 1)));
        Length = checked(Fine + RoundUp(Panels * width * (levels.Fine + 1)));
    }

    /// <summary>Panels of the image.</summary>
    public int Panels { get; }

    /// <summary>[P] int: which patch each place in the order of the leaves holds. It comes first.</summary>
    public static int Order => 0;

    /// <summary>[P] int: the leaf of each place.</summary>
    public int Leaves { get; }

    /// <summary>[P × C] tokens in the order of the leaves.</summary>
    public int Tokens { get; }

    /// <summary>[panels × (k₁ + 1) × W]: coefficients, then the rest's length.</summary>
    public int Coarse { get; }

    /// <summary>[panels × (k₂ + 1) × W]: coefficients, then the rest's length.</summary>
    public int Fine { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }

    /// <summary>Floats for the largest screens that any map of these tokens may get, so that one size serves all maps.</summary>
    public static int MostLength(int patches, int channels, int width)
    {
        int most = ScreenLevels.Most(channels);
        return new PrunedLayout(patches, channels, new(most, most), width).Length;
    }

    private static int RoundUp(int floats) => (floats + 15) & ~15;
}
