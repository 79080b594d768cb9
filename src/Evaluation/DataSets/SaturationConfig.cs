using System.Text.Json;

namespace MuSc.Evaluation.DataSets;

/// <summary>
/// How many pixels of an annotated defect of MVTec LOCO AD suffice to count it as found, by the value that the defect's pixels have
/// in its mask (the benchmark's <c>defects_config.json</c>).
/// </summary>
public sealed class SaturationConfig
{
    /// <summary>The name of the file in a category's folder.</summary>
    public const string FileName = "defects_config.json";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Dictionary<int, Entry> _entries;

    private SaturationConfig(Dictionary<int, Entry> entries) => _entries = entries;

    /// <summary>Reads the file.</summary>
    /// <exception cref="JobException">It is not what the benchmark has.</exception>
    public static SaturationConfig Read(string path)
    {
        try
        {
            Entry[] entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(path), Options)!;
            return Array.TrueForAll(entries, entry => entry.PixelValue is > 0 and <= 255 && entry.SaturationThreshold > 0)
                ? new SaturationConfig(entries.ToDictionary(entry => entry.PixelValue))
                : throw new JobException(JobErrorKind.Input, $"{path}: a pixel_value is not in 1 … 255, or a saturation_threshold is not above 0.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new JobException(
                JobErrorKind.Input, $"{path}: it is not a list of pixel_value, saturation_threshold and relative_saturation: {error.Message}", error);
        }
    }

    /// <summary>Pixels at which a region is wholly covered.</summary>
    /// <param name="pixelValue">The value of the region's pixels in its mask.</param>
    /// <param name="area">Pixels of the region at the size of the map.</param>
    /// <param name="scale">Pixels of the map for one pixel of the mask: absolute thresholds count the mask's.</param>
    /// <param name="mask">The mask's file, for the message.</param>
    /// <exception cref="JobException">The file names no such value.</exception>
    public double Saturation(int pixelValue, int area, double scale, string mask)
    {
        if (!_entries.TryGetValue(pixelValue, out Entry? entry))
        {
            throw new JobException(
                JobErrorKind.Input, $"{mask}: {FileName} has no defect with the pixel_value {pixelValue}; it has {string.Join(", ", _entries.Keys)}.");
        }

        double pixels = entry.RelativeSaturation ? entry.SaturationThreshold * area : entry.SaturationThreshold * scale;
        return Math.Clamp(pixels, Math.Min(1, area), area);
    }

    private sealed record Entry(int PixelValue, double SaturationThreshold, bool RelativeSaturation);
}
