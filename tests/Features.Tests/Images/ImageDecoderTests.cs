using System.Runtime.InteropServices;
using System.Text.Json;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Images;

public sealed partial class ImageDecoderTests : IDisposable
{
    private static readonly JsonElement Expected = Fixtures.Answers("decode.json");

    private readonly string _folder = Directory.CreateTempSubdirectory("musc images é ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
    public void Every_fixture_has_its_file() => Assert.Equal(Fixtures.Names(), Expected.EnumerateObject().Select(row => row.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("empty.png", "", "the file is empty")]
    [InlineData("text.jpg", "hello, world", "it is no PNG, JPEG, TIFF, WebP or BMP file (it begins with the bytes 68656C6C6F2C2077)")]
    [InlineData("drawing.png", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "it is no PNG")]
    [InlineData("moving.png", "GIF89a...............", "it is no PNG")]
    [InlineData("short.bmp", "BM", "the BMP file is damaged")]
    public void Decode_names_a_file_that_is_no_image_and_says_why(string name, string content, string reason)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        ImageFileException refusal = Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false));
        Assert.StartsWith($"{path}: {reason}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_names_a_file_that_is_not_there()
    {
        string path = Path.Combine(_folder, "no such.png");
        Assert.Equal("there is no such file", Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false)).Reason);
    }

    [Fact]
    public void Decode_names_a_folder_given_as_a_file() =>
        Assert.Equal("it is a folder, not an image file", Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(_folder, applyExif: false)).Reason);

    [Fact]
    public void Decode_refuses_samples_that_are_no_integers_of_8_or_16_bits()
    {
        string path = Path.Combine(_folder, "map.tiff");
        ImageEncoder.SaveTiff(path, [0.5f, 1, 2, 3], 2, 2);
        Assert.Contains("neither 8-bit nor 16-bit", Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(path, applyExif: false)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b c.png")]
    [InlineData("Kältemittel – 部品 [Q=1,page=9].png")]
    [InlineData("no extension")]
    [InlineData("wrong extension.jpg")]
    public void Decode_takes_any_file_name(string name)
    {
        string path = Path.Combine(_folder, name);
        File.Copy(Fixtures.At("rgb8.png"), path);
        Assert.Equal(Expected.GetProperty("rgb8.png").GetProperty("sha256").GetString(), Fixtures.Hash(ImageDecoder.Decode(path, applyExif: false)));
    }

    [Fact]
    public void Decode_may_be_called_from_many_threads()
    {
        string damaged = Path.Combine(_folder, "damaged.jpg");
        File.WriteAllBytes(damaged, File.ReadAllBytes(Fixtures.At("rgb-444.jpg"))[..900]);
        string[] names = [.. Fixtures.Names(), damaged];
        Parallel.For(0, 1000, i =>
        {
            string name = names[i % names.Length];
            if (name == damaged)
            {
                string reason = Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(damaged, applyExif: false)).Reason;
                Assert.Equal("the JPEG file is damaged or truncated (VipsJpeg: premature end of JPEG image)", reason);
            }
            else
            {
                Assert.Equal(Expected.GetProperty(name).GetProperty("sha256").GetString(), Fixtures.Hash(ImageDecoder.Decode(Fixtures.At(name), applyExif: false)));
            }
        });
    }

    [Fact]
    public void Nothing_is_said_on_the_console()
    {
        byte[] jpeg = File.ReadAllBytes(Fixtures.At("rgb-444.jpg"));
        string damaged = Path.Combine(_folder, "gap.jpg");
        File.WriteAllBytes(damaged, [.. jpeg[..1000], 0, 0xFF, 0xD9]);
        string said = Path.Combine(_folder, "said");
        using (FileStream target = File.Create(said))
        {
            int console = Duplicate(2);
            Assert.Equal(2, Redirect((int)target.SafeFileHandle.DangerousGetHandle(), 2));
            try
            {
                Assert.Throws<ImageFileException>(() => ImageDecoder.Decode(damaged, applyExif: false));
                foreach (string name in Fixtures.Names("*.tif").Append("with-profile.png"))
                {
                    ImageDecoder.Decode(Fixtures.At(name), applyExif: false);
                }
            }
            finally
            {
                Assert.Equal(2, Redirect(console, 2));
                Assert.Equal(0, Close(console));
            }
        }

        Assert.Equal(string.Empty, File.ReadAllText(said));
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Redirect(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
