namespace MuSc.Features.Import;

/// <summary>How a position embedding is brought from its own grid G₀ to another grid G (docs/method.md, Backbone).</summary>
public enum PositionResize
{
    /// <summary>The sampling step is G₀ / G: CLIP.</summary>
    Size,

    /// <summary>The sampling step is G₀ / (G + 0.1): DINO, DINOv2, plain ViT.</summary>
    Scale,
}
