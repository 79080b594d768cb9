using System.Runtime.InteropServices;
using NetVips;

namespace MuSc.Features.Images;

/// <summary>How libvips laid out decoded pixels, and how they become 8-bit RGB.</summary>
/// <param name="Bands">Samples of a pixel.</param>
/// <param name="Wide">Whether a sample has 16 bits rather than 8.</param>
/// <param name="Colour">Grey, RGB or CMYK; further samples are alpha and the like.</param>
internal readonly record struct SampleLayout(int Bands, bool Wide, SampleColour Colour)
{
    /// <summary>Bytes of a pixel.</summary>
    public int PixelBytes => Wide ? Bands * 2 : Bands;

    /// <summary>The layout of a loaded image.</summary>
    /// <exception cref="InvalidDataException">The samples or the colour space are of a kind that has no agreed 8-bit RGB form.</exception>
    public static SampleLayout Of(int bands, Enums.BandFormat sample, Enums.Interpretation meaning)
    {
        if (sample is not (Enums.BandFormat.Uchar or Enums.BandFormat.Ushort))
        {
            throw new InvalidDataException("its samples are neither 8-bit nor 16-bit unsigned integers; save it as 8-bit RGB");
        }

        SampleColour colour = meaning switch
        {
            Enums.Interpretation.Bw or Enums.Interpretation.Grey16 => SampleColour.Grey,
            Enums.Interpretation.Cmyk when bands >= 4 => SampleColour.Cmyk,
            Enums.Interpretation.Multiband or Enums.Interpretation.Rgb or Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16 => bands < 3 ? SampleColour.Grey : SampleColour.Rgb,
            _ => throw new InvalidDataException("its colour space is neither grey, RGB nor CMYK; save it as 8-bit RGB"),
        };
        return new SampleLayout(bands, sample == Enums.BandFormat.Ushort, colour);
    }

    /// <summary>Converts pixels.</summary>
    /// <param name="samples">[n × Bands], 8 or 16 bits each.</param>
    /// <param name="rgb">[n × 3].</param>
    public void ToRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        if (Wide)
        {
            ReadOnlySpan<ushort> wide = MemoryMarshal.Cast<byte, ushort>(samples);
            byte[] narrow = new byte[wide.Length];
            for (int i = 0; i < narrow.Length; i++)
            {
                narrow[i] = (byte)(wide[i] >> 8);
            }

            samples = narrow;
        }

        switch (Colour)
        {
            case SampleColour.Grey:
                FromGrey(samples, rgb);
                break;
            case SampleColour.Cmyk:
                FromCmyk(samples, rgb);
                break;
            case SampleColour.Rgb when Bands == 3:
                samples.CopyTo(rgb);
                break;
            default:
                FromRgb(samples, rgb);
                break;
        }
    }

    private void FromGrey(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += Bands, to += 3)
        {
            rgb[to] = rgb[to + 1] = rgb[to + 2] = samples[from];
        }
    }

    private void FromRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += Bands, to += 3)
        {
            (rgb[to], rgb[to + 1], rgb[to + 2]) = (samples[from], samples[from + 1], samples[from + 2]);
        }
    }

    private void FromCmyk(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += Bands, to += 3)
        {
            int light = 255 - samples[from + 3];
            for (int i = 0; i < 3; i++)
            {
                // ink · light / 255, rounded as Pillow's MULDIV255 does.
                int product = (samples[from + i] * light) + 128;
                rgb[to + i] = (byte)Math.Max(0, light - (((product >> 8) + product) >> 8));
            }
        }
    }
}

/// <summary>What the first samples of a pixel mean.</summary>
internal enum SampleColour
{
    Grey,
    Rgb,
    Cmyk,
}
