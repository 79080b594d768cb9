namespace MuSc.Features.Import;

/// <summary>The function between the two layers of an MLP (docs/method.md, Backbone).</summary>
public enum Activation
{
    /// <summary>GELU by the error function: LAION's CLIP, DINO, DINOv2, Swin.</summary>
    Gelu,

    /// <summary>x · σ(1.702 x): OpenAI's CLIP.</summary>
    QuickGelu,
}
