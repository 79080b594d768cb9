using System.Text.Json;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

public sealed class PillowResizeTests
{
    [Fact]
    public void Resize_gives_Pillows_pixels()
    {
        foreach (JsonElement row in Fixtures.Answers("resize.json").EnumerateArray())
        {
            RgbImage image = Fixtures.Noise(Number("width"), Number("height"), (uint)Number("seed"), row.GetProperty("saturated").GetBoolean());
            ResizeFilter filter = Enum.Parse<ResizeFilter>(row.GetProperty("filter").GetString()!, ignoreCase: true);
            RgbImage resized = PillowResize.Resize(image, Number("toWidth"), Number("toHeight"), filter);
            Assert.True(row.GetProperty("sha256").GetString() == Fixtures.Hash(resized), row.ToString());

            int Number(string name) => row.GetProperty(name).GetInt32();
        }
    }

    [Fact]
    public void Resize_to_the_same_size_leaves_the_pixels()
    {
        RgbImage image = Fixtures.Noise(9, 7, 1);
        Assert.Equal(image.Pixels, PillowResize.Resize(image, 9, 7, ResizeFilter.Bicubic).Pixels);
    }

    [Theory]
    [InlineData(ResizeFilter.Bicubic)]
    [InlineData(ResizeFilter.Bilinear)]
    public void Resize_keeps_a_plain_colour(ResizeFilter filter)
    {
        RgbImage image = new(50, 40, [.. Enumerable.Repeat(new byte[] { 0, 117, 255 }, 50 * 40).SelectMany(colour => colour)]);
        RgbImage resized = PillowResize.Resize(image, 33, 71, filter);
        Assert.Equal(Enumerable.Repeat(new byte[] { 0, 117, 255 }, 33 * 71).SelectMany(colour => colour), resized.Pixels);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    public void Resize_refuses_an_empty_size(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PillowResize.Resize(Fixtures.Noise(4, 4, 1), width, height, ResizeFilter.Bicubic));
}
