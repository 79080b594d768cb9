using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Scoring;

namespace MuSc.Bench;

/// <summary>The maps of a token file, one at a time.</summary>
/// <param name="tokens">Where the stages are read from.</param>
/// <param name="images">How many images to use.</param>
internal sealed class TokenMaps(ITokenSource tokens, int images)
{
    public StageShape Shape { get; } = tokens.Shape.Stages[0];

    public int Images { get; } = Math.Min(images, tokens.Images);

    /// <summary>[P × C] of every image.</summary>
    public float[][] Read(int stage, int degree)
    {
        StageShape from = tokens.Shape.Stages[stage];
        float[] raw = new float[from.Length];
        float[][] maps = new float[Images][];
        for (int image = 0; image < Images; image++)
        {
            tokens.ReadStage(stage, image, raw);
            maps[image] = new float[Shape.Length];
            Lnamd.Aggregate(raw, from.Grid, from.Channels, degree, Shape.Grid, Shape.Channels, maps[image]);
        }

        return maps;
    }

    /// <summary>Writes one map of the first images, [N × P × C] of unit tokens.</summary>
    /// <param name="tokensFile">From <c>musc extract</c>.</param>
    /// <param name="stage">From 1.</param>
    /// <param name="degree">r.</param>
    /// <param name="file">To write.</param>
    /// <param name="images">How many images, at most.</param>
    public static int Write(string tokensFile, int stage, int degree, string file, int images)
    {
        using NpyTokenSource tokens = NpyTokenSource.Open(tokensFile);
        TokenMaps maps = new(tokens, images);
        using NpyWriter writer = NpyWriter.Create(file, NpyType.Float32, maps.Images, maps.Shape.Patches, maps.Shape.Channels);
        foreach ((int image, float[] map) in maps.Read(stage - 1, degree).Index())
        {
            writer.Write((long)image * map.Length, map);
        }

        writer.Complete();
        return 0;
    }
}
