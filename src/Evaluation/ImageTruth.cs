using MuSc.Contracts;
using MuSc.Evaluation.DataSets;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>What is true of one test image's pixels, at the size of its map.</summary>
/// <param name="Regions">The 8-connected regions of its masks, taken together.</param>
/// <param name="Annotated">The annotated defects with their saturation; null where the benchmark has none.</param>
public sealed record ImageTruth(PixelTruth Regions, IReadOnlyList<SaturatedRegion>? Annotated)
{
    /// <summary>Reads an image's masks.</summary>
    /// <param name="image">A test image whose pixels are known.</param>
    /// <param name="saturation">How annotated defects saturate, in MVTec LOCO AD.</param>
    /// <param name="rule">Which pixels of a mask count as defect.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="height">Rows of the map.</param>
    /// <exception cref="Features.Images.ImageFileException">A mask cannot be used.</exception>
    /// <exception cref="JobException">A mask has a value that the saturation does not know.</exception>
    public static ImageTruth Read(DataSetImage image, SaturationConfig? saturation, MaskRule rule, int width, int height)
    {
        MaskReader reader = new(rule);
        bool[] union = new bool[width * height];
        List<SaturatedRegion> annotated = [];
        foreach (string path in image.Masks)
        {
            MaskImage mask = reader.Read(path, width, height);
            int[] pixels = [.. Enumerable.Range(0, mask.Defect.Length).Where(pixel => mask.Defect[pixel])];
            foreach (int pixel in pixels)
            {
                union[pixel] = true;
            }

            if (saturation is not null && pixels.Length > 0)
            {
                annotated.Add(new SaturatedRegion(pixels, Saturation(saturation, mask, pixels.Length, path)));
            }
        }

        PixelTruth regions = image.Masks.Count > 0 ? PixelTruth.FromMask(union, width) : PixelTruth.Normal(union.Length);
        return new ImageTruth(regions, saturation is null ? null : annotated);
    }

    private static double Saturation(SaturationConfig saturation, MaskImage mask, int area, string path)
    {
        try
        {
            return saturation.Saturation(mask.Value, area, mask.Scale);
        }
        catch (JobException error)
        {
            throw new JobException(error.Kind, $"{path}: {error.Message}", error);
        }
    }
}
