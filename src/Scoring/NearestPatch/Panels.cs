namespace MuSc.Scoring.NearestPatch;

/// <summary>
/// Tokens laid out in panels of W patches, [⌈P/W⌉ × C × W]. The last panel is filled up with copies of the last patch,
/// which change no maximum.
/// </summary>
internal static class Panels
{
    // Channels whose lanes are written together, so that the lines they share stay in the first-level cache.
    private const int Block = 16;

    /// <summary>Floats of an image's panels.</summary>
    public static int Length(int patches, int channels, int width) => checked(Count(patches, width) * width * channels);

    /// <summary>Panels of an image.</summary>
    public static int Count(int patches, int width) => (patches + width - 1) / width;

    /// <summary>Lays [P × C] row-major tokens out in panels.</summary>
    public static unsafe void Pack(ReadOnlySpan<float> tokens, int patches, int channels, int width, Span<float> packed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens.Length, patches * channels, nameof(tokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, Length(patches, channels, width), nameof(packed));
        fixed (float* from = tokens, to = packed)
        {
            for (int panel = 0; panel < Count(patches, width); panel++)
            {
                float* target = to + ((nint)panel * width * channels);
                for (int first = 0; first < channels; first += Block)
                {
                    int end = Math.Min(first + Block, channels);
                    for (int lane = 0; lane < width; lane++)
                    {
                        float* token = from + ((nint)Math.Min((panel * width) + lane, patches - 1) * channels);
                        for (int channel = first; channel < end; channel++)
                        {
                            target[(channel * width) + lane] = token[channel];
                        }
                    }
                }
            }
        }
    }
}
