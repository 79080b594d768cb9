using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

public sealed class ConnectedRegionsTests
{
    [Fact]
    public void Regions_connect_at_corners_and_do_not_wrap_at_row_ends()
    {
        ConnectedRegions regions = ConnectedRegions.Label(Mask("#...#", ".#...", "....#", "#...."), 5);

        Assert.Equal([2, 1, 1, 1], regions.Areas);
        Assert.Equal([1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0], regions.Labels);
    }

    [Fact]
    public void A_ring_is_one_region()
    {
        Assert.Equal([8], ConnectedRegions.Label(Mask("###", "#.#", "###"), 3).Areas);
    }

    [Fact]
    public void An_empty_mask_has_none()
    {
        Assert.Empty(ConnectedRegions.Label(new bool[6], 3).Areas);
    }

    [Fact]
    public void Ragged_masks_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ConnectedRegions.Label(new bool[5], 3));
    }

    private static bool[] Mask(params string[] rows) => [.. string.Concat(rows).Select(pixel => pixel == '#')];
}
