using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Tokens;

public sealed class MemoryTokenSourceTests
{
    private static readonly FeatureShape Shape = new([new(2, 3), new(1, 2)], 4);

    [Fact]
    public void Images_are_found_across_blocks()
    {
        FeatureBlock first = FeatureBlock.Allocate(Shape, 2);
        FeatureBlock second = FeatureBlock.Allocate(Shape, 1);
        second.Stage(1, 0).Fill(7);
        second.ClassToken(0).Fill(8);
        using MemoryTokenSource source = new(Shape, [first, second]);
        Assert.Equal(3, source.Images);
        float[] stage = new float[2];
        source.ReadStage(1, 2, stage);
        Assert.Equal([7f, 7], stage);
        float[] token = new float[4];
        source.ReadClassToken(2, token);
        Assert.Equal([8f, 8, 8, 8], token);
    }

    [Fact]
    public void Blocks_of_another_shape_are_refused()
    {
        FeatureBlock other = FeatureBlock.Allocate(new([new(2, 3)], 4), 1);
        Assert.Throws<ArgumentException>(() => new MemoryTokenSource(Shape, [other]));
    }
}
