namespace MuSc.Features.Import.Swin;

/// <summary>
/// How the patches of a grid fall into windows: the grid is shifted cyclically by s, then padded with zeros on the right and at
/// the bottom to whole windows, as timm does.
/// </summary>
/// <param name="grid">Patches along one side, G.</param>
/// <param name="window">Patches along one side of a window, w ≤ G.</param>
/// <param name="shift">s, 0 or half a window.</param>
internal sealed class WindowPartition(int grid, int window, int shift)
{
    private readonly int _perSide = (grid + window - 1) / window;

    /// <summary>Windows in all.</summary>
    public int Windows => _perSide * _perSide;

    /// <summary>Places in all windows, w² each.</summary>
    private int Places => Windows * window * window;

    /// <summary>Whether windows hold patches that are no neighbours, so that a mask is needed.</summary>
    public bool IsShifted => shift > 0;

    /// <summary>Whether places stay empty.</summary>
    public bool IsPadded => _perSide * window > grid;

    /// <summary>For each place, window by window, the patch there; G² where there is none.</summary>
    public long[] PatchOfPlace()
    {
        long[] patches = new long[Places];
        for (int place = 0; place < patches.Length; place++)
        {
            (int row, int column) = Position(place);
            patches[place] = row < grid && column < grid ? ((row + shift) % grid * grid) + ((column + shift) % grid) : grid * grid;
        }

        return patches;
    }

    /// <summary>For each patch its place.</summary>
    public long[] PlaceOfPatch()
    {
        long[] places = new long[(grid * grid) + 1];
        long[] patches = PatchOfPlace();
        for (int place = 0; place < patches.Length; place++)
        {
            places[patches[place]] = place;
        }

        return places[..^1];
    }

    /// <summary>[windows × w² × w²]: 0 where two places of a window hold neighbours, −100 where the shift brought them together.</summary>
    public float[] Mask()
    {
        int area = window * window;
        float[] mask = new float[Windows * area * area];
        for (int place = 0; place < Places; place++)
        {
            for (int other = 0; other < area; other++)
            {
                bool together = Region(place) == Region((place / area * area) + other);
                mask[(place * area) + other] = together ? 0 : -100;
            }
        }

        return mask;
    }

    private (int Row, int Column) Position(int place)
    {
        (int number, int within) = Math.DivRem(place, window * window);
        return ((number / _perSide * window) + (within / window), (number % _perSide * window) + (within % window));
    }

    // Of the padded extent: before the last window, the last window but the shift, and what the shift brought round.
    private int Region(int place)
    {
        (int row, int column) = Position(place);
        return (Band(row) * 3) + Band(column);

        int Band(int position) => position < (_perSide * window) - window ? 0 : position < (_perSide * window) - shift ? 1 : 2;
    }
}
