namespace MuSc.Evaluation.Synthetic;

/// <summary>A thin line along a chain of points: a scratch (bright, glossy) or a crack (deep, dark).</summary>
/// <param name="points">The chain, in part radii.</param>
/// <param name="width">Half width of the line, in part radii.</param>
/// <param name="depth">Depth of the groove, in part radii.</param>
/// <param name="tone">What the line's bottom reflects, as a multiple of the sound surface.</param>
public sealed class LineDefect(IReadOnlyList<(double U, double V)> points, double width, double depth, double tone) : ISurfaceDefect
{
    /// <summary>A slightly bent scratch through a point of the flange's face.</summary>
    public static LineDefect Scratch(Random random)
    {
        double around = random.NextDouble() * 2 * Math.PI, heading = random.NextDouble() * 2 * Math.PI;
        double bend = (random.NextDouble() - 0.5) * 0.12;
        double length = 0.55 + (0.3 * random.NextDouble());
        const int steps = 14;
        (double U, double V)[] chain = new (double, double)[steps + 1];
        double u = (0.6 * Math.Cos(around)) - (length / 2 * Math.Cos(heading)), v = (0.6 * Math.Sin(around)) - (length / 2 * Math.Sin(heading));
        for (int i = 0; i <= steps; i++)
        {
            chain[i] = (u, v);
            u += length / steps * Math.Cos(heading);
            v += length / steps * Math.Sin(heading);
            heading += bend;
        }

        return new(chain, 0.011, 0.02, 1.35);
    }

    /// <summary>A jagged crack from one of the bolt holes towards the rim or the hub.</summary>
    public static LineDefect Crack(Random random)
    {
        double around = 2 * Math.PI / FlangeSurface.Holes * random.Next(FlangeSurface.Holes);
        // Along the flange's face rather than straight out, so that it stays on the part.
        double heading = around + ((0.5 + random.Next(2)) * Math.PI) + (0.9 * (random.NextDouble() - 0.5));
        const int steps = 12;
        (double U, double V)[] chain = new (double, double)[steps + 1];
        double u = FlangeSurface.HoleCircle * Math.Cos(around), v = FlangeSurface.HoleCircle * Math.Sin(around);
        for (int i = 0; i <= steps; i++)
        {
            chain[i] = (u, v);
            double turn = heading + (1.9 * (random.NextDouble() - 0.5));
            u += 0.045 * Math.Cos(turn);
            v += 0.045 * Math.Sin(turn);
        }

        return new(chain, 0.013, 0.04, 0.15);
    }

    public SurfacePoint Apply(double u, double v, SurfacePoint sound)
    {
        double nearest = double.PositiveInfinity;
        for (int i = 1; i < points.Count; i++)
        {
            nearest = Math.Min(nearest, SquaredDistance(u, v, points[i - 1], points[i]));
        }

        double share = Math.Exp(-nearest / (width * width));
        return sound with { Height = sound.Height - (depth * share), Tone = sound.Tone * (1 + ((tone - 1) * share)) };
    }

    private static double SquaredDistance(double u, double v, (double U, double V) from, (double U, double V) to)
    {
        double du = to.U - from.U, dv = to.V - from.V;
        double along = Math.Clamp((((u - from.U) * du) + ((v - from.V) * dv)) / ((du * du) + (dv * dv)), 0, 1);
        double ru = u - from.U - (along * du), rv = v - from.V - (along * dv);
        return (ru * ru) + (rv * rv);
    }
}

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
