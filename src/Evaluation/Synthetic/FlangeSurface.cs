namespace MuSc.Evaluation.Synthetic;

/// <summary>
/// The demonstration's product: a turned flange with a hub, a bore, a groove and six bolt holes. The centre is (0, 0), the
/// rim lies at radius 1.
/// </summary>
/// <param name="tooling">The lathe's marks, another for every part.</param>
/// <param name="missingHole">The bolt hole that was not drilled, 0 … 5, or null.</param>
/// <param name="defect">What else is wrong, or null.</param>
public sealed class FlangeSurface(ValueNoise tooling, int? missingHole, ISurfaceDefect? defect)
{
    /// <summary>Bolt holes around the part.</summary>
    public const int Holes = 6;

    /// <summary>Distance of the bolt holes from the centre.</summary>
    public const double HoleCircle = 0.71;

    private const double Thickness = 0.16;
    private const double HoleRadius = 0.115;
    private const double HubRadius = 0.42;
    private const double BoreRadius = 0.2;

    /// <summary>The surface at a point in part radii; null beside the part and in its holes' depth.</summary>
    public SurfacePoint At(double u, double v)
    {
        double radius = Math.Sqrt((u * u) + (v * v));
        if (radius > 1)
        {
            return default;
        }

        double height = Thickness * Ramp(1 - radius, 0.05);
        height += 0.09 * Ramp(HubRadius - radius, 0.035);
        height -= 0.035 * Ramp(0.025 - Math.Abs(radius - 0.52), 0.012);
        height *= Ramp(radius - BoreRadius, 0.03);
        height *= Ramp(HoleDistance(u, v) - HoleRadius, 0.025);

        // Turned metal: fine rings that no two parts share, and a slow drift of the tone.
        double rings = (0.045 * tooling.At(radius * 95, 0.5)) + (0.03 * tooling.At(radius * 31, 7.5));
        double tone = 0.66 + rings + (0.03 * tooling.At(2 * u, 2 * v));
        double depth = Math.Clamp(height / (0.6 * Thickness), 0, 1);
        SurfacePoint sound = new(height, tone * (0.08 + (0.92 * depth)), 0, depth);
        return defect is null || height <= 0 ? sound : defect.Apply(u, v, sound);
    }

    // Distance to the centre of the nearest drilled hole.
    private double HoleDistance(double u, double v)
    {
        const double step = 2 * Math.PI / Holes;
        int nearest = (int)Math.Round(Math.Atan2(v, u) / step);
        int hole = ((nearest % Holes) + Holes) % Holes;
        if (hole == missingHole)
        {
            return double.PositiveInfinity;
        }

        double du = u - (HoleCircle * Math.Cos(nearest * step)), dv = v - (HoleCircle * Math.Sin(nearest * step));
        return Math.Sqrt((du * du) + (dv * dv));
    }

    /// <summary>0 below 0, 1 above <paramref name="width"/>, linear between: a chamfer.</summary>
    internal static double Ramp(double distance, double width) => Math.Clamp(distance / width, 0, 1);
}

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

/// <summary>Smooth noise from random values on a lattice; the same seed gives the same field everywhere.</summary>
/// <param name="seed">Any number.</param>
public sealed class ValueNoise(ulong seed)
{
    /// <summary>Noise of one octave with a period of about 1, in [−1, 1].</summary>
    public double At(double x, double y)
    {
        double left = Math.Floor(x), top = Math.Floor(y);
        double a = Ease(x - left), b = Ease(y - top);
        long i = (long)left, j = (long)top;
        double upper = Lerp(Lattice(i, j), Lattice(i + 1, j), a);
        double lower = Lerp(Lattice(i, j + 1), Lattice(i + 1, j + 1), a);
        return Lerp(upper, lower, b);
    }

    /// <summary>Three octaves, each at twice the frequency and half the strength of the one before; about [−1, 1].</summary>
    public double Rough(double x, double y) => (At(x, y) + (At(2.03 * x, 2.03 * y) / 2) + (At(4.11 * x, 4.11 * y) / 4)) / 1.75;

    private static double Ease(double t) => t * t * (3 - (2 * t));

    private static double Lerp(double from, double to, double t) => from + ((to - from) * t);

    // The finaliser of SplitMix64 over the lattice point: cheap, and without visible structure.
    private double Lattice(long i, long j)
    {
        ulong z = seed + ((ulong)i * 0x9E3779B97F4A7C15) + ((ulong)j * 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (2.0 / (1UL << 53)) - 1;
    }
}
