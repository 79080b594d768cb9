using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Tiles;

/// <summary>Seeded tokens for tests.</summary>
internal static class RandomTokens
{
    public static MemoryTokenSource Make(int images, int grid, int channels, int stages, int seed = 1, int[]? order = null)
    {
        FeatureShape shape = new([.. Enumerable.Repeat(new StageShape(grid, channels), stages)], 0);
        Random random = new(seed);
        FeatureBlock[] blocks = [.. Enumerable.Range(0, images).Select(_ => Fill(FeatureBlock.Allocate(shape, 1), random))];
        return new(shape, order is null ? blocks : order.Select(image => blocks[image]));
    }

    private static FeatureBlock Fill(FeatureBlock block, Random random)
    {
        foreach (float[] stage in block.Stages)
        {
            for (int at = 0; at < stage.Length; at++)
            {
                stage[at] = (float)((random.NextDouble() * 2) - 1);
            }
        }

        return block;
    }
}
