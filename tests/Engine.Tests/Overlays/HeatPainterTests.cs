using MuSc.Engine.Overlays;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Overlays;

public sealed class HeatPainterTests
{
    private static readonly HeatPainter Painter = new(new HeatScale(0.2, 0.6));

    [Fact]
    public void Scores_below_the_scale_leave_the_image_untouched()
    {
        RgbImage image = new(5, 3, [.. Enumerable.Range(0, 45).Select(i => (byte)(i * 5))]);
        Assert.Equal(image.Pixels, Painter.Over(image, Enumerable.Repeat(0.2f, 16).ToArray(), 4).Pixels);
    }

    [Fact]
    public void More_heat_hides_more_of_the_image()
    {
        RgbImage black = new(1, 1, [0, 0, 0]);
        int[] light = [.. new[] { 0.25f, 0.35f, 0.45f, 0.6f, 1.5f }.Select(score => Painter.Over(black, [score], 1).Pixels.Sum(p => p))];
        Assert.True(light[0] < light[1] && light[1] < light[2] && light[2] < light[3], string.Join(' ', light));
        Assert.True(light[4] > light[3], string.Join(' ', light));
    }

    [Fact]
    public void Map_is_stretched_over_an_image_of_any_shape()
    {
        RgbImage black = new(8, 4, new byte[96]);
        RgbImage painted = Painter.Over(black, [0, 1, 0, 1], 2);
        for (int y = 0; y < 4; y++)
        {
            Assert.Equal(0, painted.Pixels[y * 24]);
            Assert.True(painted.Pixels[(y * 24) + 21] > 130);
        }
    }

    [Fact]
    public void Map_alone_uses_the_whole_colour_map()
    {
        RgbImage painted = Painter.Alone([0.1f, 9, 0.4f, 0.2f], 2);
        Assert.Equal((2, 2), (painted.Width, painted.Height));
        Assert.True(painted.Pixels[..3].Max() < 10);
        Assert.True(painted.Pixels[3] > 240 && painted.Pixels[4] > 240);
    }

    [Fact]
    public void Map_of_another_size_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Painter.Over(new(1, 1, new byte[3]), new float[5], 2));
}
