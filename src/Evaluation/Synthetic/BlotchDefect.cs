namespace MuSc.Evaluation.Synthetic;

/// <summary>An area with a ragged outline: a chip broken out of the rim, or a stain on the face.</summary>
/// <param name="shape">Gives the outline and the inside their roughness.</param>
/// <param name="centre">Centre, in part radii.</param>
/// <param name="radius">Mean radius, in part radii.</param>
/// <param name="broken">Whether material is missing (a chip) rather than discoloured (a stain).</param>
public sealed class BlotchDefect(ValueNoise shape, (double U, double V) centre, double radius, bool broken) : ISurfaceDefect
{
    /// <summary>A piece broken out of the rim.</summary>
    public static BlotchDefect Chip(Random random) => At(random, 0.98, 0.17 + (0.07 * random.NextDouble()), true);

    /// <summary>A brownish blotch on the face.</summary>
    public static BlotchDefect Stain(Random random) => At(random, 0.45 + (0.3 * random.NextDouble()), 0.17 + (0.08 * random.NextDouble()), false);

    /// <inheritdoc/>
    public SurfacePoint Apply(double u, double v, SurfacePoint sound)
    {
        double du = u - centre.U, dv = v - centre.V;
        double distance = Math.Sqrt((du * du) + (dv * dv)) + (0.5 * radius * shape.Rough(u * 5, v * 5));
        double inside = FlangeSurface.Ramp(radius - distance, broken ? 0.02 : 0.07);
        if (inside == 0)
        {
            return sound;
        }

        double grain = shape.Rough(u * 14, v * 14);
        return broken
            ? new(
                sound.Height * (1 - (inside * (0.78 + (0.09 * grain)))),
                sound.Tone * (1 - (inside * (0.38 - (0.2 * grain)))),
                sound.Warmth,
                sound.Gloss * (1 - inside))
            : new(
                sound.Height,
                sound.Tone * (1 - (inside * (0.42 + (0.1 * grain)))),
                0.8 * inside,
                sound.Gloss * (1 - (0.85 * inside)));
    }

    private static BlotchDefect At(Random random, double distance, double radius, bool broken)
    {
        double around = random.NextDouble() * 2 * Math.PI;
        return new(
            new ValueNoise((ulong)random.NextInt64()), (distance * Math.Cos(around), distance * Math.Sin(around)), radius, broken);
    }
}
