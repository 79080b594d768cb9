using MuSc.Contracts;
using MuSc.Grains.Features;

namespace MuSc.Cluster.Tests.Grains;

public sealed class ExtractedBlockTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TokenThatIsNotFinite_IsReportedWithItsImage(float token)
    {
        using ExtractedBlock block = new(new([new(2, 3), new(1, 5)], 4), 3);
        block.Stages[0].Slice(0, 36).Fill(-0.5f);
        block.Stages[1].Slice(0, 15).Fill(0.5f);
        block.Check(["a", "b", "c"]);
        block.Stage(1, 1)[4] = token;
        JobException refused = Assert.Throws<JobException>(() => block.Check(["a", "b", "c"]));
        Assert.StartsWith("b, stage 2:", refused.Message, StringComparison.Ordinal);
        Assert.Equal(JobErrorKind.Input, refused.Kind);
    }
}
