using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Tokens;

public sealed class SelectedStagesTests
{
    [Fact]
    public void Stages_come_in_the_order_asked_for()
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(1, 2), new(1, 3)], 0), 1);
        block.Stage(1, 0).Fill(5);
        using SelectedStages source = new(new MemoryTokenSource(block.Shape, [block]), [2]);
        Assert.Equal(3, Assert.Single(source.Shape.Stages).Channels);
        float[] tokens = new float[3];
        source.ReadStage(0, 0, tokens);
        Assert.Equal([5f, 5, 5], tokens);
    }

    [Fact]
    public void A_stage_that_is_not_there_is_a_usage_error()
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(1, 2)], 0), 1);
        JobException error = Assert.Throws<JobException>(() => new SelectedStages(new MemoryTokenSource(block.Shape, [block]), [1, 2]));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Contains("no stage 2", error.Message, StringComparison.Ordinal);
    }
}
