using MuSc.Features.Images;

namespace MuSc.Evaluation.Synthetic;

/// <summary>
/// Takes the photograph: a part on a conveyor belt under a lamp at the upper left, with a camera's vignette and noise.
/// Every pixel is the mean of 2 × 2 samples.
/// </summary>
/// <param name="size">Side of the square image in pixels.</param>
public sealed class PartRenderer(int size)
{
    private const int Samples = 2;
    private const double LampX = -0.52, LampY = -0.6, LampZ = 0.61;

    /// <summary>Renders one part.</summary>
    /// <param name="surface">The part.</param>
    /// <param name="random">Gives its place on the belt, its turn, the light and the sensor's noise.</param>
    public RgbImage Render(FlangeSurface surface, Random random)
    {
        double radius = size * (0.405 + Spread(random, 0.008));
        double centreX = size * (0.5 + Spread(random, 0.02)), centreY = size * (0.5 + Spread(random, 0.02));
        double turn = Spread(random, 0.07), lamp = 1 + Spread(random, 0.05);
        ValueNoise belt = new((ulong)random.NextInt64());

        int side = size * Samples;
        SurfacePoint[] points = new SurfacePoint[(side + 1) * (side + 1)];
        (double sin, double cos) = Math.SinCos(turn);
        for (int y = 0; y <= side; y++)
        {
            for (int x = 0; x <= side; x++)
            {
                double dx = ((x / (double)Samples) - centreX) / radius, dy = ((y / (double)Samples) - centreY) / radius;
                points[(y * (side + 1)) + x] = surface.At((cos * dx) + (sin * dy), (cos * dy) - (sin * dx));
            }
        }

        double slope = radius * Samples;
        byte[] pixels = new byte[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (double R, double G, double B) sum = default;
                for (int s = 0; s < Samples * Samples; s++)
                {
                    int px = (x * Samples) + (s % Samples), py = (y * Samples) + (s / Samples);
                    int at = (py * (side + 1)) + px;
                    double ux = (((double)px / Samples) - centreX) / radius, uy = (((double)py / Samples) - centreY) / radius;
                    SurfacePoint here = points[at];
                    (double R, double G, double B) colour = here.Height > 0
                        ? Metal(here, slope * (points[at + 1].Height - here.Height), slope * (points[at + side + 1].Height - here.Height), ux, uy)
                        : Belt(belt, ux, uy);
                    sum = (sum.R + colour.R, sum.G + colour.G, sum.B + colour.B);
                }

                double light = lamp * Vignette(x, y) / (Samples * Samples);
                int pixel = ((y * size) + x) * 3;
                double grain = 0.011 * Gaussian(random);
                pixels[pixel] = ToByte((sum.R * light) + grain + (0.005 * Gaussian(random)));
                pixels[pixel + 1] = ToByte((sum.G * light) + grain + (0.005 * Gaussian(random)));
                pixels[pixel + 2] = ToByte((sum.B * light) + grain + (0.005 * Gaussian(random)));
            }
        }

        return new(size, size, pixels);
    }

    // Lambert's law, a highlight, and the two bright wedges that turned metal shows across the lamp's direction.
    private static (double R, double G, double B) Metal(SurfacePoint here, double slopeX, double slopeY, double ux, double uy)
    {
        double nx = -slopeX, ny = -slopeY;
        double norm = Math.Sqrt((nx * nx) + (ny * ny) + 1);
        double facing = Math.Max(0, ((nx * LampX) + (ny * LampY) + LampZ) / norm);
        double mirror = Math.Max(0, ((nx * LampX / 1.8) + (ny * LampY / 1.8) + 0.9) / norm);
        double distance = Math.Max(1e-6, Math.Sqrt((ux * ux) + (uy * uy)));
        double across = ((ux * LampX) + (uy * LampY)) / (distance * 0.794);
        double wedge = Math.Exp(-(1 - (across * across)) * 3.2) * here.Gloss / (norm * norm);
        double shade = (here.Tone * (0.22 + (0.85 * facing) + (0.3 * wedge))) + (0.18 * here.Gloss * Math.Pow(mirror, 40));
        double brown = here.Warmth;
        return (shade * (0.98 - (0.02 * brown)), shade * (1.0 - (0.2 * brown)), shade * (1.03 - (0.48 * brown)));
    }

    private static (double R, double G, double B) Belt(ValueNoise texture, double ux, double uy)
    {
        // A woven rubber belt, darker where the part keeps the light off.
        double weave = 0.012 * Math.Sin(ux * 62) * Math.Sin(uy * 62);
        double tone = 0.155 + weave + (0.02 * texture.Rough(ux * 6, uy * 6)) + (0.012 * texture.At(ux * 60, uy * 60));
        double sx = ux + (0.11 * LampX / 0.794), sy = uy + (0.11 * LampY / 0.794);
        double beyond = Math.Sqrt((sx * sx) + (sy * sy)) - 1;
        tone *= 0.3 + (0.7 * FlangeSurface.Ramp(beyond + 0.1, 0.22));
        return (tone * 0.86, tone * 1.02, tone * 1.08);
    }

    private double Vignette(int x, int y)
    {
        double dx = ((x + 0.5) / size) - 0.5, dy = ((y + 0.5) / size) - 0.5;
        return (1.04 - (0.2 * dx) - (0.24 * dy)) * (1 - (0.42 * ((dx * dx) + (dy * dy))));
    }

    private static double Spread(Random random, double reach) => ((2 * random.NextDouble()) - 1) * reach;

    // Sum of four uniform numbers: close enough to a bell for sensor noise, and the same on every machine.
    private static double Gaussian(Random random) =>
        (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * 1.732;

    private static byte ToByte(double value) => (byte)Math.Clamp((int)((Math.Pow(Math.Clamp(value, 0, 1), 1 / 1.25) * 255) + 0.5), 0, 255);
}
