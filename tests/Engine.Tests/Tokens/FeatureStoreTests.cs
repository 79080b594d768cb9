using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tests.Tokens;

public sealed class FeatureStoreTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly FeatureBlock _block = FeatureBlock.Allocate(new([new(2, 3), new(1, 5)], 2), 2);

    public FeatureStoreTests()
    {
        Random random = new(3);
        foreach (float[] values in (float[][])[.. _block.Stages, _block.ClassTokens])
        {
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Features_are_read_back_to_the_bit()
    {
        FeatureStore store = new(_temp.Folder, _block.Shape);
        store.Write("b", _block, 1);
        store.Write("a", _block, 0);
        Assert.True(store.Has("a"));
        Assert.False(store.Has("c"));
        using ITokenSource source = store.Open(["a", "b", "b"]);
        Assert.Equal(3, source.Images);
        float[] stage = new float[5];
        source.ReadStage(1, 2, stage);
        Assert.Equal(_block.Stage(1, 1).ToArray(), stage);
        float[] token = new float[2];
        source.ReadClassToken(0, token);
        Assert.Equal(_block.ClassToken(0).ToArray(), token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void Damaged_features_are_not_there(int at)
    {
        FeatureStore store = new(_temp.Folder, _block.Shape);
        store.Write("a", _block, 0);
        string file = Assert.Single(Directory.GetFiles(_temp.Folder));
        byte[] bytes = File.ReadAllBytes(file);
        if (at < 0)
        {
            bytes = bytes[..^1];
        }
        else
        {
            bytes[at] ^= 1;
        }

        File.WriteAllBytes(file, bytes);
        Assert.False(store.Has("a"));
        Assert.Empty(Directory.GetFiles(_temp.Folder));
    }
}
