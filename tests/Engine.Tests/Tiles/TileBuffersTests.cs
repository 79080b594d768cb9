using System.Runtime.InteropServices;
using MuSc.Contracts;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Tests.Tiles;

public sealed class TileBuffersTests
{
    private const int Images = 4;
    private static readonly ImageFloats NoFloors = _ => [];

    [Fact]
    public void Compute_AnyKernelAndFloors_ChangesNoValueThatMatters()
    {
        Blocks blocks = new(6, 64);
        (float[] rows, float[] columns) = blocks.MaxDots((_, channels) => new SimdNearestPatchKernel(channels), NoFloors, NoFloors);
        (float[] sameRows, float[] sameColumns) = blocks.MaxDots(NearestPatchKernels.ForMap, NoFloors, NoFloors);
        Assert.Equal(rows, sameRows);
        Assert.Equal(columns, sameColumns);

        float[][] floors = [.. Enumerable.Range(3, Images).Select(seed => Values(36, seed, 0, 0.6f))];
        (float[] keptRows, float[] keptColumns) = blocks.MaxDots(NearestPatchKernels.ForMap, image => floors[image], image => floors[Images - 1 - image]);
        Assert.Equal(Cut(rows, image => floors[image]), keptRows);
        Assert.Equal(Cut(columns, image => floors[Images - 1 - image]), keptColumns);
        Assert.InRange(keptRows.Count(float.IsNegativeInfinity), 1, keptRows.Length - 1);
    }

    [Fact]
    public void Compute_Diagonal_HasBothDirectionsButNoImageAgainstItself()
    {
        Blocks blocks = new(6, 64);
        using TileBuffers buffers = new(Images * Images, 36);
        buffers.Compute(blocks.Kernel, blocks.Side(0, NoFloors), blocks.Side(0, NoFloors), diagonal: true, null, CancellationToken.None);
        float[] dots = buffers.Rows(Images, Images).ToArray();
        for (int index = 0; index < dots.Length; index++)
        {
            int pair = index / 36;
            Assert.Equal(pair / Images == pair % Images, float.IsNegativeInfinity(dots[index]));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Compute_AndPack_AllocateNothing(int grid)
    {
        Blocks blocks = new(grid, 32);
        int patches = grid * grid;
        using TileBuffers buffers = new(Images * Images, patches);
        (TileSide rows, TileSide columns) = (blocks.Side(0, NoFloors), blocks.Side(1, NoFloors));
        buffers.Compute(blocks.Kernel, rows, columns, diagonal: false, null, CancellationToken.None);

        long before = GC.GetAllocatedBytesForCurrentThread();
        buffers.Compute(blocks.Kernel, rows, columns, diagonal: false, null, CancellationToken.None);
        long computed = GC.GetAllocatedBytesForCurrentThread();
        SparseDots.Pack(buffers.Rows(Images, Images), Images, patches, NoFloors, buffers.Present);
        long packed = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(computed - before, 0, 256);
        Assert.InRange(packed - computed, 0, 256);
    }

    [Fact]
    public void Bytes_OfABlockThatNoMemoryHolds_AreCountedAllTheSame() =>
        Assert.Equal((2 * 25_000_000L * 1369 * 4) + (25_000_000L * 1369 / 8), TileBuffers.Bytes(5_000L * 5_000, 1369));

    [Fact]
    public void Pack_TokenThatIsNotFinite_NamesTheImage()
    {
        Blocks blocks = new(2, 8);
        float[] stage = new float[32];
        stage[7] = float.PositiveInfinity;
        JobException error = Assert.Throws<JobException>(() => blocks.Packer.Pack(stage, 6, new float[32], new float[blocks.Packer.PackedLength]));
        Assert.StartsWith("Image 7, stage 1:", error.Message, StringComparison.Ordinal);
    }

    private static float[] Cut(float[] dots, ImageFloats floors)
    {
        float[] cut = new float[dots.Length];
        ulong[] present = new ulong[SparseDots.Words(dots.Length)];
        (int words, int values) = SparseDots.Pack(dots, Images, 36, floors, present);
        SparseDots.Unpack(MemoryMarshal.AsBytes(present.AsSpan(0, words)), MemoryMarshal.AsBytes(dots.AsSpan(0, values)), cut);
        return cut;
    }

    private static float[] Values(int count, int seed, float from, float to)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => from + (random.NextSingle() * (to - from)))];
    }

    /// <summary>Two blocks of random tokens.</summary>
    private sealed class Blocks
    {
        private readonly float[][][] _stages;
        private readonly StageShape _shape;
        private float[][][] _packed = [];

        public Blocks(int grid, int channels)
        {
            _shape = new(grid, channels);
            _stages = [.. Enumerable.Range(0, 2).Select(block => Enumerable.Range(0, Images).Select(image => Values(_shape.Length, (block * Images) + image, -1, 1)).ToArray())];
            Packer = Pack(NearestPatchKernels.ForMap);
        }

        public MapPacker Packer { get; private set; }

        public INearestPatchKernel Kernel => Packer.Kernel;

        public TileSide Side(int block, ImageFloats floors) => new(block, Images, image => _packed[block][image], floors);

        public (float[] Rows, float[] Columns) MaxDots(KernelChoice choice, ImageFloats rowFloors, ImageFloats columnFloors)
        {
            Packer = Pack(choice);
            using TileBuffers buffers = new(Images * Images, _shape.Patches);
            buffers.Compute(Kernel, Side(0, rowFloors), Side(1, columnFloors), diagonal: false, null, CancellationToken.None);
            return (Cut(buffers.Rows(Images, Images).ToArray(), rowFloors), Cut(buffers.Columns(Images, Images).ToArray(), columnFloors));
        }

        private MapPacker Pack(KernelChoice choice)
        {
            float[] room = new float[_shape.Length];
            MapPacker packer = new(new([_shape], 0), new(0, new(Aggregation.Lnamd, [3])), Images, image => _stages[0][image], choice, room);
            _packed = [.. _stages.Select(block => block.Select((stage, image) =>
            {
                float[] packed = new float[packer.PackedLength];
                packer.Pack(stage, image, room, packed);
                return packed;
            }).ToArray())];
            return packer;
        }
    }
}
