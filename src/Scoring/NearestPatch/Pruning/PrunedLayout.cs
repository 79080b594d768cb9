namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>Where the parts of a packed image lie, in floats. All parts start at multiples of 16 floats.</summary>
internal readonly struct PrunedLayout
{
    /// <param name="patches">P.</param>
    /// <param name="channels">C.</param>
    /// <param name="screen">The map's screen.</param>
    /// <param name="width">Patches W of a panel.</param>
    public PrunedLayout(int patches, int channels, Screen screen, int width)
    {
        Panels = NearestPatch.Panels.Count(patches, width);
        int panels = RoundUp(Panels * width * screen.Channels);
        AsRows = RoundUp(checked(patches * channels));
        AsColumns = screen.Bytes ? AsRows + panels : AsRows;
        Scales = AsColumns + panels;
        int perPatch = screen.Bytes ? RoundUp(Panels * width) : 0;
        Sums = Scales + perPatch;
        Bytes = Sums + perPatch;
        Length = checked(Bytes + (screen.Bytes ? Panels * ByteDots.PanelLength(channels) / sizeof(float) : 0));
    }

    /// <summary>Panels of the image.</summary>
    public int Panels { get; }

    /// <summary>[P × C] tokens as they came. They come first.</summary>
    public static int Tokens => 0;

    /// <summary>[panels × channels of the screen × W]: coefficients, then lengths, for an image whose patches are rows.</summary>
    public int AsRows { get; }

    /// <summary>The same for columns; the same place where both are alike.</summary>
    public int AsColumns { get; }

    /// <summary>[panels × W] what one step of a patch's bytes stands for.</summary>
    public int Scales { get; }

    /// <summary>[panels × W] int: the sum of a patch's bytes.</summary>
    public int Sums { get; }

    /// <summary>[panels × ⌈C/4⌉ × W × 4] bytes.</summary>
    public int Bytes { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }

    private static int RoundUp(int floats) => (floats + 15) & ~15;
}
