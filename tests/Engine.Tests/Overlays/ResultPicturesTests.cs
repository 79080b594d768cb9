using MuSc.Engine.Overlays;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Overlays;

public sealed class ResultPicturesTests
{
    private static readonly ResultPictures Pictures = new(new HeatScale(0, 1));

    [Theory]
    [InlineData(64, 32, 64, 32)]
    [InlineData(2048, 512, 1024, 256)]
    [InlineData(3000, 1, 1024, 1)]
    public void Overlays_keep_the_shape_and_stay_below_the_largest_side(int width, int height, int shownWidth, int shownHeight)
    {
        RgbImage overlay = Pictures.Overlay(new(width, height, new byte[width * height * 3]), new float[16], 4);
        Assert.Equal((shownWidth, shownHeight), (overlay.Width, overlay.Height));
    }

    [Fact]
    public void Thumbnails_are_webp_files()
    {
        (byte[] image, byte[] overlay) = Pictures.Thumbnails(new(400, 300, new byte[360_000]), new float[16], 4);
        Assert.All(new[] { image, overlay }, file => Assert.Equal("WEBP"u8, file.AsSpan(8, 4)));
    }

    [Fact]
    public void Without_an_image_there_is_the_map_alone()
    {
        (byte[] image, byte[] overlay) = Pictures.Thumbnails(null, new float[16], 4);
        Assert.Empty(image);
        Assert.Equal("WEBP"u8, overlay.AsSpan(8, 4));
    }
}
