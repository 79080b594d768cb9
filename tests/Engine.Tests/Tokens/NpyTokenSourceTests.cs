using MuSc.Contracts;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Tokens;

public sealed class NpyTokenSourceTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Stages_are_read_without_the_class_position()
    {
        float[] values = [.. Enumerable.Range(0, 2 * 3 * 5 * 2).Select(i => (float)i)];
        NpyWriter.WriteAll(_temp.At("t.npy"), values, 2, 3, 5, 2);
        NpyWriter.WriteAll(_temp.At("c.npy"), [0f, 1, 2, 3, 4, 5, 6, 7, 8], 3, 3);
        using NpyTokenSource source = NpyTokenSource.Open(_temp.At("t.npy"), _temp.At("c.npy"));
        Assert.Equal(3, source.Images);
        Assert.Equal(3, source.Shape.ClassChannels);
        Assert.Equal(2, source.Shape.Stages.Count);
        Assert.Equal((2, 2), (source.Shape.Stages[1].Grid, source.Shape.Stages[1].Channels));

        float[] stage = new float[8];
        source.ReadStage(1, 2, stage);
        Assert.Equal(values[(((1 * 3) + 2) * 10 + 2)..((((1 * 3) + 2) * 10) + 10)], stage);
        float[] token = new float[3];
        source.ReadClassToken(1, token);
        Assert.Equal([3f, 4, 5], token);
    }

    [Theory]
    [InlineData(new long[] { 3, 5, 2 }, null, "tokens are [stages")]
    [InlineData(new long[] { 1, 3, 6, 2 }, null, "1 + G·G")]
    [InlineData(new long[] { 1, 3, 1, 2 }, null, "1 + G·G")]
    [InlineData(new long[] { 1, 0, 5, 2 }, null, "tokens are [stages")]
    [InlineData(new long[] { 1, 3, 5, 2 }, new long[] { 4, 2 }, "[3 × D]")]
    [InlineData(new long[] { 1, 3, 5, 2 }, new long[] { 3 }, "[3 × D]")]
    public void Shapes_that_do_not_fit_are_input_errors(long[] tokens, long[]? classTokens, string reason)
    {
        NpyWriter.WriteAll(_temp.At("t.npy"), new float[tokens.Aggregate(1L, (a, b) => a * b)], tokens);
        if (classTokens is not null)
        {
            NpyWriter.WriteAll(_temp.At("c.npy"), new float[classTokens.Aggregate(1L, (a, b) => a * b)], classTokens);
        }

        JobException error = Assert.Throws<JobException>(
            () => NpyTokenSource.Open(_temp.At("t.npy"), classTokens is null ? null : _temp.At("c.npy")));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
