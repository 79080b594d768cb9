using System.Runtime.InteropServices;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
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
        FeatureShape shape = new([new(2, 3), new(40, 5)], 0);
        ExtractedBlock block = new(shape, 4);
        Random random = new(1);
        List<byte[]> expected = [];
        foreach (NativeFloats stage in block.Stages)
        {
            random.NextBytes(MemoryMarshal.AsBytes(stage.Slice(0, (int)stage.Length)));
            expected.Add(MemoryMarshal.AsBytes(stage.Slice(0, (int)stage.Length)).ToArray());
        }

        using BlockStore store = new(_folder, budget);
        store.Add("key", block);
        Assert.Equal(budget > 0, store.Bytes > 0);
        for (int stage = 0; stage < 2; stage++)
        {
            Assert.Equal(expected[stage].Length, store.Length("key", stage));
            byte[] read = new byte[expected[stage].Length];
            store.Read("key", stage, 0, 52)!.CopyTo(read);
            store.Read("key", stage, 52, int.MaxValue)!.CopyTo(read.AsSpan(52));
            Assert.Equal(expected[stage], read);
            Assert.Equal(0, store.Read("key", stage, read.Length, 100)!.Length);
        }

        store.Remove("key");
        Assert.Null(store.Read("key", 0, 0, 10));
        Assert.Equal(0, store.Bytes);
    }
}
