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
