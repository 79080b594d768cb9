using MuSc.Features.Images;

namespace MuSc.Engine.Overlays;

/// <summary>Paints anomaly maps, over the image or alone, on one scale for the whole set.</summary>
/// <param name="scale">The set's scale.</param>
public sealed class HeatPainter(HeatScale scale)
{
    private const double MostOpaque = 0.8;

    // Over an image, the map's nearly black and nearly white colours would only darken or bleach it.
    private const double FirstColour = 0.25, LastColour = 0.92;

    // What is far from anomalous leaves the image as it is; around half of the heat, where a threshold lies, it changes fastest.
    private const double FirstOpaque = 0.2, LastOpaque = 0.75;

    private const int Steps = 1024;
    private readonly (double R, double G, double B, double Alpha)[] _table = [.. Enumerable.Range(0, Steps).Select(step => Entry(step / (Steps - 1.0)))];

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

    /// <summary>What a grey pixel becomes under some heat, for a colour bar.</summary>
    /// <param name="heat">0 to 1.</param>
    /// <param name="grey">The pixel.</param>
    public static (byte R, byte G, byte B) OverGrey(double heat, byte grey)
    {
        (double r, double g, double b, double alpha) = Entry(heat);
        return (Blend(grey, r, alpha), Blend(grey, g, alpha), Blend(grey, b, alpha));
    }

    private static (double R, double G, double B, double Alpha) Entry(double t)
    {
        (double r, double g, double b) = InfernoMap.At(FirstColour + ((LastColour - FirstColour) * t));
        double rise = Math.Clamp((t - FirstOpaque) / (LastOpaque - FirstOpaque), 0, 1);
        return (r, g, b, MostOpaque * rise * rise * (3 - (2 * rise)));
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

/// <summary>
/// The perceptually uniform colour map "inferno" (N. Smith and S. van der Walt, CC0), from black over red to pale yellow,
/// by Matt Zucker's polynomial fit of degree six (CC0); within 0.03 of the original table.
/// </summary>
public static class InfernoMap
{
    private static ReadOnlySpan<double> Red =>
        [0.0002189403691192265, 0.1065134194856116, 11.60249308247187, -41.70399613139459, 77.162935699427, -71.31942824499214, 25.13112622477341];

    private static ReadOnlySpan<double> Green =>
        [0.001651004631001012, 0.5639564367884091, -3.972853965665698, 17.43639888205313, -33.40235894210092, 32.62606426397723, -12.24266895238567];

    private static ReadOnlySpan<double> Blue =>
        [-0.01948089843709184, 3.932712388889277, -15.9423941062914, 44.35414519872813, -81.80730925738993, 73.20951985803202, -23.07032500287172];

    /// <summary>The colour at <paramref name="t"/>, cut to [0, 1]; each part 0 to 255.</summary>
    public static (double Red, double Green, double Blue) At(double t)
    {
        double x = Math.Clamp(t, 0, 1);
        return (Part(Red, x), Part(Green, x), Part(Blue, x));
    }

    private static double Part(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return 255 * Math.Clamp(sum, 0, 1);
    }
}

/// <summary>The pictures of a job's results, all on one scale.</summary>
/// <param name="scale">The set's scale.</param>
public sealed class ResultPictures(HeatScale scale)
{
    /// <summary>The longest side of an overlay in pixels; larger images are shrunk to it.</summary>
    public const int OverlaySide = 1024;

    /// <summary>The longest side of a thumbnail in pixels.</summary>
    public const int ThumbnailSide = 320;

    private const int ThumbnailQuality = 75;
    private readonly HeatPainter _painter = new(scale);

    /// <summary>The heat map over the image, at the image's shape.</summary>
    /// <param name="image">The image as decoded.</param>
    /// <param name="map">[S × S] scores.</param>
    /// <param name="size">S.</param>
    public RgbImage Overlay(RgbImage image, ReadOnlySpan<float> map, int size) => _painter.Over(Fit(image, OverlaySide), map, size);

    /// <summary>Image and overlay for the report, as WebP files of the same size; without an image the map alone.</summary>
    /// <param name="image">The image as decoded, or null.</param>
    /// <param name="map">[S × S] scores.</param>
    /// <param name="size">S.</param>
    public (byte[] Image, byte[] Overlay) Thumbnails(RgbImage? image, ReadOnlySpan<float> map, int size)
    {
        if (image is null)
        {
            return ([], ImageEncoder.ToWebP(Fit(_painter.Alone(map, size), ThumbnailSide), ThumbnailQuality));
        }

        RgbImage small = Fit(image, ThumbnailSide);
        return (ImageEncoder.ToWebP(small, ThumbnailQuality), ImageEncoder.ToWebP(_painter.Over(small, map, size), ThumbnailQuality));
    }

    /// <summary>An image at most <see cref="ThumbnailSide"/> pixels wide and high.</summary>
    public static RgbImage Thumbnail(RgbImage image) => Fit(image, ThumbnailSide);

    /// <summary>The heat map over an image of any size.</summary>
    public RgbImage Over(RgbImage image, ReadOnlySpan<float> map, int size) => _painter.Over(image, map, size);

    private static RgbImage Fit(RgbImage image, int side)
    {
        int longest = Math.Max(image.Width, image.Height);
        return longest <= side
            ? image
            : PillowResize.Resize(image, Scaled(image.Width), Scaled(image.Height), ResizeFilter.Bilinear);

        int Scaled(int length) => Math.Max(1, (int)Math.Round((double)length * side / longest));
    }
}
