namespace MuSc.Scoring.NearestPatch;

/// <summary>Some floats of one image.</summary>
/// <param name="image">The image's place in its block.</param>
public delegate ReadOnlySpan<float> ImageFloats(int image);

/// <summary>One of the two blocks of a tile.</summary>
/// <param name="Block">Its number, which no other block of the same kernel has.</param>
/// <param name="Images">Its images.</param>
/// <param name="Packed">An image's packed tokens.</param>
/// <param name="Floors">[P] What an image's dot products must exceed to matter; empty where all matter. See <see cref="Nothing"/>.</param>
public readonly record struct TileSide(int Block, int Images, ImageFloats Packed, ImageFloats Floors)
{
    /// <summary>Floors of a block that takes no minima in the pass.</summary>
    /// <param name="patches">P.</param>
    public static ImageFloats Nothing(int patches)
    {
        float[] all = [.. Enumerable.Repeat(float.PositiveInfinity, patches)];
        return _ => all;
    }
}
