using MuSc.Contracts;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Scoring.Gpu.Tests;

/// <summary>The device code on ILGPU's accelerator of the processor: the strict kernel's bits, whatever the shape and however memory is divided.</summary>
public sealed class GpuKernelTests : IDisposable
{
    private static readonly Device Emulated = Device.Parse("gpu-emulated");
    private readonly Gpu _gpu = Gpu.Open(Emulated);

    public void Dispose() => _gpu.Dispose();

    [Fact]
    public void MaxDots_OfTwoHundredShapes_AreTheStrictKernelsBits()
    {
        Random random = new(1);
        // Seldom more than a group: what plays the device takes its time.
        int[] edges = [1, 2, 3, 5, 31, 32, 33, 63, 64];
        for (int shape = 0; shape < 200; shape++)
        {
            int rowPatches = shape % 10 > 0 ? edges[random.Next(edges.Length)] : random.Next(65, 130);
            int columnPatches = shape % 8 > 0 ? edges[random.Next(edges.Length)] : random.Next(65, 130);
            int channels = shape % 6 == 0 ? random.Next(17, 50) : random.Next(1, 17);
            (float[] rows, float[] columns) = (Images.Tokens(rowPatches, channels, shape), Images.Tokens(columnPatches, channels, shape + 1000));
            Assert.Equal(Maxima(new SimdNearestPatchKernel(channels), rows, columns), Maxima(_gpu.Kernel(channels), rows, columns));
        }
    }

    [Theory]
    [InlineData(2, 1, 65)]
    [InlineData(3, 2, 20)]
    [InlineData(1, 1, 1)]
    public void MaxDots_OfATile_AreThoseOfItsPairs(int one, int other, int patches)
    {
        (Images rows, Images columns) = (new(one, patches, 19, 1), new(other, patches, 19, 2));
        int done = 0;
        Assert.Equal(rows.Expected(columns, false), rows.Computed(_gpu, columns, false, pairs => done += pairs));
        Assert.Equal(one * other, done);
    }

    [Theory]
    [InlineData(4, 30)]
    [InlineData(1, 30)]
    public void MaxDots_OfABlockWithItself_HaveBothDirectionsAndNoImageAgainstItself(int images, int patches)
    {
        Images block = new(images, patches, 7, 3);
        int done = 0;
        Assert.Equal(block.Expected(block, true), block.Computed(_gpu, block, true, pairs => done += pairs));
        Assert.Equal(images * (images - 1) / 2, done);
    }

    [Fact]
    public void MaxDots_WithRoomForFewBlocks_AreTheSame_AndBlocksComeAgain()
    {
        const long Budget = 30_000;
        using Gpu small = Gpu.Open(Emulated, Budget);
        INearestPatchKernel kernel = small.Kernel(16);
        Images[] blocks = [.. Enumerable.Range(1, 4).Select(seed => new Images(2, 60, 16, seed))];
        foreach ((Images one, Images other) in blocks.SelectMany(one => blocks.Where(other => other != one).Select(other => (one, other))))
        {
            Assert.Equal(one.Expected(other, false), one.Computed(kernel, other, false));
            Assert.InRange(small.Memory.Used, 1, Budget);
        }

        Assert.InRange(small.Memory.Copied, blocks.Length + 1, 4 * 12);
    }

    [Fact]
    public void MaxDots_WithRoomForAll_CopyEachBlockOnce()
    {
        INearestPatchKernel kernel = _gpu.Kernel(8);
        Images[] blocks = [.. Enumerable.Range(1, 3).Select(seed => new Images(2, 10, 8, seed))];
        Assert.All(blocks, one => Assert.All(blocks, other => one.Computed(kernel, other, one == other)));
        Assert.Equal(3, _gpu.Memory.Copied);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaxDots_WithRoomForPartOfABlock_AreTheSame(bool diagonal)
    {
        using Gpu small = Gpu.Open(Emulated, 60_000);
        Images one = new(5, 40, 16, 1);
        Images other = diagonal ? one : new(3, 40, 16, 2);
        Assert.Equal(one.Expected(other, diagonal), one.Computed(small, other, diagonal));
        Assert.True(small.Memory.Copied > 2, "The blocks were not divided.");
    }

    [Fact]
    public void MaxDots_WithoutRoomForAPair_SaysWhatIsWrongAndWhatToDo()
    {
        using Gpu tiny = Gpu.Open(Emulated, 5_000);
        Images one = new(2, 40, 16, 1);
        JobException refused = Assert.Throws<JobException>(() => one.Computed(tiny, one, true));
        Assert.Equal(JobErrorKind.Resource, refused.Kind);
        Assert.Contains("no room for two images of 40 patches and 16 channels", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--device cpu", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MaxDots_WithRoomForOnePairAtATime_AreTheSameWhateverCameBefore()
    {
        using Gpu small = Gpu.Open(Emulated, 62_000);

        // Its maxima take much, and their buffers stay until somebody needs the room.
        Images many = new(5, 60, 1, 1);
        Assert.Equal(many.Expected(many, false), many.Computed(small, many, false));
        Images one = new(1, 60, 80, 2);
        Images[] others = [.. Enumerable.Range(3, 4).Select(seed => new Images(1, 60, 80, seed))];
        INearestPatchKernel kernel = small.Kernel(80);
        int[][] found = await Task.WhenAll(others.Select(other => Task.Run(() => one.Computed(kernel, other, false))));
        Assert.Equal(others.Select(other => one.Expected(other, false)), found);
    }

    [Fact]
    public async Task MaxDots_OfSeveralThreads_AreTheSame()
    {
        INearestPatchKernel kernel = _gpu.Kernel(12);
        Images[] blocks = [.. Enumerable.Range(1, 4).Select(seed => new Images(2, 33, 12, seed))];
        int[][] found = await Task.WhenAll(blocks.Select(one => Task.Run(() => one.Computed(kernel, blocks[0], false))));
        Assert.Equal(blocks.Select(one => one.Expected(blocks[0], false)), found);
        Assert.Equal(4, _gpu.Memory.Copied);
    }

    [Fact]
    public void MaxDots_Cancelled_StopsAndGivesItsStreamBack()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Images block = new(2, 10, 4, 1);
        for (int time = 0; time < 5; time++)
        {
            Assert.Throws<OperationCanceledException>(() => block.Computed(_gpu, block, true, cancellationToken: cancelled.Token));
        }

        Assert.Equal(block.Expected(block, true), block.Computed(_gpu, block, true));
    }

    [Fact]
    public void Open_DeviceThatIsNotThere_SaysSo()
    {
        JobException refused = Assert.Throws<JobException>(() => Gpu.Open(Device.Parse("cuda:99")));
        Assert.Equal(JobErrorKind.Resource, refused.Kind);
        Assert.StartsWith("cuda:99 was asked for, but", refused.Message, StringComparison.Ordinal);
    }

    private static int[] Maxima(INearestPatchKernel kernel, float[] rows, float[] columns)
    {
        (int p, int q) = (rows.Length / kernel.Channels, columns.Length / kernel.Channels);
        (float[] packedRows, float[] packedColumns) = (new float[kernel.PackedLength(p)], new float[kernel.PackedLength(q)]);
        kernel.Pack(rows, p, packedRows);
        kernel.Pack(columns, q, packedColumns);
        (float[] rowMaxima, float[] columnMaxima) = (new float[p], new float[q]);
        kernel.MaxDots(packedRows, p, packedColumns, q, [], [], rowMaxima, columnMaxima);
        return Images.Bits(rowMaxima, columnMaxima);
    }
}
