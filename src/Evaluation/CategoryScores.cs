using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Scoring;

namespace MuSc.Evaluation;

/// <summary>What mutual scoring gives for a category.</summary>
/// <param name="Patches">[N × P] patch scores.</param>
/// <param name="Grid">Patches along one side of an image.</param>
/// <param name="Size">Side S of the maps.</param>
/// <param name="Before">[N] image scores before RsCIN.</param>
public sealed record CategoryScores(double[] Patches, int Grid, int Size, double[] Before)
{
    /// <summary>Image scores from patch scores (docs/method.md, Maps and image scores).</summary>
    public static CategoryScores Of(double[] patches, int grid, int size) => new(
        patches, grid, size, [.. patches.Chunk(grid * grid).Select(image => ImageScore.Max(image, grid, size))]);

    /// <summary>One image's anomaly map.</summary>
    public AnomalyImage Map(int image)
    {
        float[] map = new float[Size * Size];
        AnomalyMap.Upsample(Patches.AsSpan(image * Grid * Grid, Grid * Grid), Grid, Size, map);
        return new AnomalyImage(Size, Size, map);
    }

    /// <summary>Image scores after RsCIN (docs/method.md, Rescoring); unchanged without class tokens or windows.</summary>
    /// <param name="tokens">The category's features; images beyond [N] do not matter.</param>
    /// <param name="windows">RsCIN's windows.</param>
    /// <param name="job">How images are compared.</param>
    public double[] After(ITokenSource tokens, IReadOnlyList<int> windows, ScoringJobSpec job)
    {
        IReadOnlyList<int> smoothing = (job with { Windows = windows }).SmoothingWindows;
        return SetScores.Rescored(Before, ComparedFeatures.Of(tokens, job, Patches, CancellationToken.None), smoothing);
    }
}
