using MuSc.Features.Images;

namespace MuSc.Features.Import.Families;

/// <summary>How an image becomes pixels (docs/method.md, Pixels).</summary>
/// <param name="Mean">Taken from the pixels, over 0…1.</param>
/// <param name="Deviation">What they are divided by.</param>
/// <param name="Resize">How the image is brought to the input size.</param>
internal sealed record Preprocessing(Colour Mean, Colour Deviation, ResizeFilter Resize)
{
    /// <summary>CLIP's.</summary>
    public static Preprocessing Clip { get; } = new(
        new Colour(0.48145466f, 0.4578275f, 0.40821073f), new Colour(0.26862954f, 0.26130258f, 0.27577711f), ResizeFilter.Bicubic);

    /// <summary>DINO's and DINOv2's, and, as the authors load images for every network but CLIP, Swin's.</summary>
    public static Preprocessing Dino { get; } = new(
        new Colour(0.485f, 0.456f, 0.406f), new Colour(0.229f, 0.224f, 0.225f), ResizeFilter.Bilinear);
}
