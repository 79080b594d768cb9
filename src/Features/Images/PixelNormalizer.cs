namespace MuSc.Features.Images;

/// <summary>8-bit pixels to a network's input: (value / 255 − mean) / deviation, channel planes one after the other.</summary>
public sealed class PixelNormalizer
{
    // 256 values a channel: a table gives the very division that the authors' float32 arithmetic gives.
    private readonly float[][] _tables;

    /// <param name="mean">Means of red, green, blue over 0 … 1.</param>
    /// <param name="deviation">Standard deviations of red, green, blue over 0 … 1.</param>
    public PixelNormalizer(IReadOnlyList<float> mean, IReadOnlyList<float> deviation) =>
        _tables = [.. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, 256)
            .Select(value => ((value / 255f) - mean[channel]) / deviation[channel]).ToArray())];

    /// <summary>Writes one image.</summary>
    /// <param name="image">[Height × Width × 3].</param>
    /// <param name="planes">[3 × Height × Width].</param>
    public void Normalize(RgbImage image, Span<float> planes)
    {
        int plane = image.Width * image.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, plane * 3);
        for (int channel = 0; channel < 3; channel++)
        {
            float[] table = _tables[channel];
            Span<float> target = planes.Slice(channel * plane, plane);
            ReadOnlySpan<byte> pixels = image.Pixels.AsSpan(channel);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = table[pixels[i * 3]];
            }
        }
    }
}
