namespace MuSc.Features.Images;

/// <summary>The filters of resizing, as Pillow names and defines them.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle, support 1.</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = −0.5, support 2.</summary>
    Bicubic,
}
