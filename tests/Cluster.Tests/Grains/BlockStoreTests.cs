using System.Runtime.InteropServices;
using MuSc.Features;
using MuSc.Grains.Features;

namespace MuSc.Cluster.Tests.Grains;

public sealed class BlockStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-blocks").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void BlockInMemoryOrOnDisk_ReadsBackInParts(long budget)
    {
        FeatureBlock block = FeatureBlock.Allocate(new([new(2, 3), new(2, 5)], 0), 4);
        Random random = new(1);
        foreach (float[] stage in block.Stages)
        {
            random.NextBytes(MemoryMarshal.AsBytes(stage.AsSpan()));
        }

        using BlockStore store = new(_folder, budget);
        store.Add("key", block);
        Assert.Equal(budget > 0, store.Bytes > 0);
        for (int stage = 0; stage < 2; stage++)
        {
            byte[] expected = MemoryMarshal.AsBytes(block.Stages[stage].AsSpan()).ToArray();
            Assert.Equal(expected.Length, store.Length("key", stage));
            byte[] read = [.. store.Read("key", stage, 0, 50)!, .. store.Read("key", stage, 50, int.MaxValue)!];
            Assert.Equal(expected, read);
        }

        store.Remove("key");
        Assert.Null(store.Read("key", 0, 0, 10));
        Assert.Equal(0, store.Bytes);
    }
}
