using MuSc.Features;
using MuSc.Grains.Workers;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Cluster.Tests.Grains;

public sealed class BlockPanelsTests
{
    private const int Images = 4;
    private static readonly StageShape Shape = new(6, 64);

    [Fact]
    public void AnyKernelAndFloors_GiveTheSameValuesAboveTheFloors()
    {
        (float[] one, float[] other) = (Tokens(1), Tokens(2));
        float[] sample = new MapSample(Shape, Shape, 3).Of([one, other]);
        Assert.Equal(8 * Shape.Length, sample.Length);
        INearestPatchKernel plain = new SimdNearestPatchKernel(Shape.Channels);
        INearestPatchKernel chosen = NearestPatchKernels.ForMap(sample, Shape.Channels);
        (float[] rows, float[] columns) = MaxDots(plain, one, other, [], []);
        (float[] Rows, float[] Columns) same = MaxDots(chosen, one, other, [], []);
        Assert.Equal(rows, same.Rows);
        Assert.Equal(columns, same.Columns);

        float[] rowFloors = Floors(3);
        float[] columnFloors = Floors(4);
        (float[] Rows, float[] Columns) kept = MaxDots(chosen, one, other, rowFloors, columnFloors);
        Assert.Equal(Cut(rows, rowFloors), kept.Rows);
        Assert.Equal(Cut(columns, columnFloors), kept.Columns);
        Assert.InRange(kept.Rows.Count(float.IsNegativeInfinity), 1, kept.Rows.Length - 1);
    }

    [Fact]
    public void ImageAgainstItself_GivesNegativeInfinity()
    {
        float[] tokens = Tokens(5);
        INearestPatchKernel kernel = new SimdNearestPatchKernel(Shape.Channels);
        BlockPanels panels = BlockPanels.Of(tokens, Images, Shape, Shape, 3, kernel);
        (float[] rows, float[] columns) = BlockPanels.MaxDots(panels, panels, Shape.Patches, kernel, [], []);
        Assert.Empty(columns);
        for (int index = 0; index < rows.Length; index++)
        {
            int pair = index / Shape.Patches;
            Assert.Equal(pair / Images == pair % Images, float.IsNegativeInfinity(rows[index]));
        }
    }

    private static (float[] Rows, float[] Columns) MaxDots(INearestPatchKernel kernel, float[] one, float[] other, float[] rowFloors, float[] columnFloors) =>
        BlockPanels.MaxDots(
            BlockPanels.Of(one, Images, Shape, Shape, 3, kernel), BlockPanels.Of(other, Images, Shape, Shape, 3, kernel),
            Shape.Patches, kernel, rowFloors, columnFloors);

    private static float[] Cut(float[] dots, float[] floors) =>
        [.. dots.Select((dot, index) => dot > floors[(index / (Images * Shape.Patches) * Shape.Patches) + (index % Shape.Patches)] ? dot : float.NegativeInfinity)];

    private static float[] Tokens(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Images * Shape.Length).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static float[] Floors(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Images * Shape.Patches).Select(_ => random.NextSingle() * 0.6f)];
    }
}
