using System.Text.Json;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

public sealed class ImageDecoderTests
{
    private static readonly JsonElement Expected = Fixtures.Answers("decode.json");

    public static TheoryData<string> Files() => [.. Fixtures.Names()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Decode_gives_the_pixels_as_stored(string name)
    {
        JsonElement expected = Expected.GetProperty(name);
        RgbImage image = ImageDecoder.Decode(Fixtures.At(name), applyExif: false);
        Assert.Equal((expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32()), (image.Width, image.Height));
        Assert.Equal(expected.GetProperty("sha256").GetString(), Fixtures.Hash(image));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Decode_turns_by_exif_where_asked(string name)
    {
        JsonElement expected = Expected.GetProperty(name);
        RgbImage image = ImageDecoder.Decode(Fixtures.At(name), applyExif: true);
        Assert.Equal((expected.GetProperty("uprightWidth").GetInt32(), expected.GetProperty("uprightHeight").GetInt32()), (image.Width, image.Height));
        Assert.Equal(expected.GetProperty("uprightSha256").GetString(), Fixtures.Hash(image));
    }

    [Fact]
    public void Every_answer_has_its_file() => Assert.Equal(Fixtures.Names(), Expected.EnumerateObject().Select(row => row.Name).Order(StringComparer.Ordinal));
}
