namespace MuSc.Evaluation.Synthetic;

/// <summary>One point of a part's surface, before any light falls on it.</summary>
/// <param name="Height">Height over the belt, in part radii.</param>
/// <param name="Tone">Reflectance, 0 (black) to about 1.</param>
/// <param name="Warmth">0 for bare metal, 1 for brown.</param>
/// <param name="Gloss">Strength of the highlight, 0 to 1.</param>
public readonly record struct SurfacePoint(double Height, double Tone, double Warmth, double Gloss);

/// <summary>Something that changes a part's surface.</summary>
public interface ISurfaceDefect
{
    /// <summary>The surface at (<paramref name="u"/>, <paramref name="v"/>), in part radii from the centre, with the defect in it.</summary>
    SurfacePoint Apply(double u, double v, SurfacePoint sound);
}
