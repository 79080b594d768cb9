namespace MuSc.Features.Images;

/// <summary>VipsBandFormat: the type of an image's samples (libvips' image.h).</summary>
internal enum VipsSample
{
    Byte = 0,
    UShort = 2,
    Float = 6,
    Double = 8,
}

/// <summary>VipsInterpretation: what an image's samples mean (libvips' image.h).</summary>
internal enum VipsColour
{
    Multiband = 0,
    BlackWhite = 1,
    Cmyk = 15,
    Rgb = 17,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}
