using MuSc.Contracts;
using MuSc.Features;
using MuSc.Grains.Features;

namespace MuSc.Cluster.Tests.Grains;

public sealed class BlockExtractionTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TokenThatIsNotFinite_IsReportedWithItsImage(float token)
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(2, 3), new(1, 5)], 4), 3);
        block.Stages[0].AsSpan().Fill(-0.5f);
        BlockExtraction.Check(block, ["a", "b", "c"]);
        block.Stages[1][9] = token;
        JobException refused = Assert.Throws<JobException>(() => BlockExtraction.Check(block, ["a", "b", "c"]));
        Assert.StartsWith("b, stage 2:", refused.Message, StringComparison.Ordinal);
        Assert.Equal(JobErrorKind.Input, refused.Kind);
    }
}
