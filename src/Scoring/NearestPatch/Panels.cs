namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Tokens laid out in panels of W patches, [⌈P/W⌉ × C × W]. The last panel is filled up with copies of the last patch,
/// which change no maximum.
/// </summary>
internal static class Panels
{
    /// <summary>Floats of an image's panels.</summary>
    public static int Length(int patches, int channels, int width) => checked(Count(patches, width) * width * channels);

    /// <summary>Panels of an image.</summary>
    public static int Count(int patches, int width) => (patches + width - 1) / width;

    /// <summary>Lays [P × C] row-major tokens out in panels.</summary>
    public static void Pack(ReadOnlySpan<float> tokens, int patches, int channels, int width, Span<float> packed)
    {
        int panels = Count(patches, width);
        for (int panel = 0; panel < panels; panel++)
        {
            Span<float> target = packed.Slice(panel * width * channels, width * channels);
            for (int lane = 0; lane < width; lane++)
            {
                int patch = Math.Min((panel * width) + lane, patches - 1);
                Scatter(tokens.Slice(patch * channels, channels), target[lane..], width);
            }
        }
    }

    private static unsafe void Scatter(ReadOnlySpan<float> token, Span<float> lanes, int width)
    {
        fixed (float* target = lanes)
        {
            float* lane = target;
            for (int channel = 0; channel < token.Length; channel++, lane += width)
            {
                *lane = token[channel];
            }
        }
    }
}
