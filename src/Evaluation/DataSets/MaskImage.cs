using MuSc.Features.Images;

namespace MuSc.Evaluation.DataSets;

/// <summary>A mask at the size of the maps.</summary>
/// <param name="Defect">[height × width] row-major, whether a pixel counts as defect.</param>
/// <param name="Value">The largest value of the file's pixels, 0 where it is empty.</param>
/// <param name="Scale">Pixels of the map for one pixel of the file.</param>
public sealed record MaskImage(bool[] Defect, int Value, double Scale)
{
    /// <summary>Reads a mask (docs/method.md, Pixels): scaled by its largest value to 0 … 255, resized bilinear on 8 bits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="rule">Which pixels then count as defect.</param>
    /// <exception cref="ImageFileException">The file cannot be used.</exception>
    public static MaskImage Read(string path, int width, int height, MaskRule rule)
    {
        RgbImage image = ImageDecoder.Decode(path, applyExif: false);
        byte largest = image.Pixels.Max();
        byte[] scaled = new byte[image.Pixels.Length];
        for (int pixel = 0; largest > 0 && pixel < scaled.Length; pixel += 3)
        {
            // Coloured masks: whatever is not black belongs to the defect.
            int value = Math.Max(image.Pixels[pixel], Math.Max(image.Pixels[pixel + 1], image.Pixels[pixel + 2]));
            scaled.AsSpan(pixel, 3).Fill((byte)(((value * 255) + (largest / 2)) / largest));
        }

        byte[] resized = PillowResize.Resize(image with { Pixels = scaled }, width, height, ResizeFilter.Bilinear).Pixels;
        int least = rule == MaskRule.Full ? byte.MaxValue : 1;
        bool[] defect = [.. Enumerable.Range(0, width * height).Select(pixel => resized[3 * pixel] >= least)];
        return new MaskImage(defect, largest, (double)width * height / ((double)image.Width * image.Height));
    }
}

/// <summary>Which pixels of a resized mask count as defect (docs/method.md, Pixels).</summary>
public enum MaskRule
{
    /// <summary>Those at full value: borders that the resizing has blurred are normal.</summary>
    Full,

    /// <summary>Those above zero.</summary>
    Any,
}
