using MuSc.Features.Images;

namespace MuSc.Engine.Overlays;

/// <summary>Paints anomaly maps, over the image or alone, on one scale for the whole set.</summary>
/// <param name="scale">The set's scale.</param>
public sealed class HeatPainter(HeatScale scale)
{
    private const double MostOpaque = 0.8;

    // Over an image, the map's nearly black and nearly white colours would only darken or bleach it.
    private const double FirstColour = 0.25, LastColour = 0.92;

    private const int Steps = 1024;
    private readonly (double R, double G, double B, double Alpha)[] _table = [.. Enumerable.Range(0, Steps).Select(Entry)];

    /// <summary>Heat over an image: the higher the score, the less of the image shows through.</summary>
    /// <param name="image">The image at the size of the result.</param>
    /// <param name="map">[S × S] scores, stretched over the image.</param>
    /// <param name="size">S.</param>
    public RgbImage Over(RgbImage image, ReadOnlySpan<float> map, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, size * size);
        byte[] pixels = new byte[image.Pixels.Length];
        for (int y = 0, at = 0; y < image.Height; y++)
        {
            (int above, int below, float down) = Between(y, image.Height, size);
            for (int x = 0; x < image.Width; x++, at += 3)
            {
                (int left, int right, float across) = Between(x, image.Width, size);
                float upper = Mix(map[(above * size) + left], map[(above * size) + right], across);
                float lower = Mix(map[(below * size) + left], map[(below * size) + right], across);
                (double r, double g, double b, double alpha) = Colour(Mix(upper, lower, down));
                pixels[at] = Blend(image.Pixels[at], r, alpha);
                pixels[at + 1] = Blend(image.Pixels[at + 1], g, alpha);
                pixels[at + 2] = Blend(image.Pixels[at + 2], b, alpha);
            }
        }

        return image with { Pixels = pixels };
    }

    /// <summary>The map alone, on black, for sets without images.</summary>
    /// <param name="map">[S × S] scores.</param>
    /// <param name="size">S.</param>
    public RgbImage Alone(ReadOnlySpan<float> map, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, size * size);
        byte[] pixels = new byte[size * size * 3];
        for (int i = 0; i < map.Length; i++)
        {
            (double r, double g, double b) = InfernoMap.At(scale.Heat(map[i]));
            pixels[3 * i] = (byte)(r + 0.5);
            pixels[(3 * i) + 1] = (byte)(g + 0.5);
            pixels[(3 * i) + 2] = (byte)(b + 0.5);
        }

        return new(size, size, pixels);
    }

    private static (double R, double G, double B, double Alpha) Entry(int step)
    {
        double t = step / (Steps - 1.0);
        (double r, double g, double b) = InfernoMap.At(FirstColour + ((LastColour - FirstColour) * t));
        return (r, g, b, MostOpaque * Math.Pow(t, 1.25));
    }

    private (double R, double G, double B, double Alpha) Colour(float score) =>
        _table[(int)((scale.Heat(score) * (Steps - 1)) + 0.5)];

    // Bilinear sampling with half-pixel centres: the two neighbours of a target position, and the second one's share.
    private static (int First, int Second, float Share) Between(int target, int targets, int sources)
    {
        float at = Math.Clamp(((target + 0.5f) * sources / targets) - 0.5f, 0, sources - 1);
        int first = (int)at;
        return (first, Math.Min(first + 1, sources - 1), at - first);
    }

    private static float Mix(float from, float to, float share) => from + ((to - from) * share);

    private static byte Blend(byte under, double over, double alpha) => (byte)(under + ((over - under) * alpha) + 0.5);
}
