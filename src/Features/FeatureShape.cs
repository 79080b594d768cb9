namespace MuSc.Features;

/// <summary>One stage's tokens of one image: a square grid of patches with so many channels.</summary>
/// <param name="Grid">Patches along one side, G.</param>
/// <param name="Channels">Channels C of a patch token.</param>
public readonly record struct StageShape(int Grid, int Channels)
{
    /// <summary>Patches P = G².</summary>
    public int Patches => Grid * Grid;

    /// <summary>Floats of one image, P · C.</summary>
    public int Length => Patches * Channels;
}

/// <summary>What a backbone gives for one image.</summary>
/// <param name="Stages">The stages in order; all alike for a ViT, of different grids and widths for Swin.</param>
/// <param name="ClassChannels">Channels D of the class token, 0 where the network has none.</param>
public sealed record FeatureShape(IReadOnlyList<StageShape> Stages, int ClassChannels);
