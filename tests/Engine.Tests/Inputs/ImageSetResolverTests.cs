using MuSc.Contracts;
using MuSc.Engine.Inputs;

namespace MuSc.Engine.Tests.Inputs;

public sealed class ImageSetResolverTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_folder_gives_its_images_sorted_by_name()
    {
        foreach (string name in (string[])["b 10.png", "b 2.PNG", "ä.jpg", "notes.md", ".hidden.png", "C.tif"])
        {
            _temp.Touch("set", name);
        }

        _temp.Touch("set", "sub", "deep.png");
        _temp.Touch("set", ".cache", "no.png");
        Assert.Equal(["C.tif", "b 10.png", "b 2.PNG", "ä.jpg"], Names(false, _temp.At("set")));
        Assert.Equal(["C.tif", "b 10.png", "b 2.PNG", "sub/deep.png", "ä.jpg"], Names(true, _temp.At("set") + "/"));
    }

    [Fact]
    public void Named_files_are_kept_and_named_below_their_common_folder()
    {
        string odd = _temp.Touch("x", "a", "picture.dat");
        string plain = _temp.Touch("x", "b", "1.png");
        Assert.Equal(["a/picture.dat", "b/1.png"], Names(false, odd, plain, odd));
        Assert.Equal(["picture.dat"], Names(false, odd));
    }

    [Fact]
    public void A_file_given_twice_counts_once()
    {
        string file = _temp.Touch("set", "1.png");
        Assert.Equal(["1.png"], Names(false, _temp.At("set"), file, _temp.At("set", "*.png")));
    }

    [Fact]
    public void Colliding_names_get_their_folder_as_prefix()
    {
        _temp.Touch("one", "1.png");
        _temp.Touch("two", "1.png");
        _temp.Touch("two", "2.png");
        Assert.Equal(["one/1.png", "two/1.png", "two/2.png"], Names(false, _temp.At("one"), _temp.At("two")));
        _temp.Touch("three", "3.png");
        Assert.Equal(["1.png", "3.png"], Names(false, _temp.At("one"), _temp.At("three")));
    }

    [Fact]
    public void Folders_of_the_same_name_are_told_apart_by_their_paths()
    {
        _temp.Touch("left", "test", "1.png");
        _temp.Touch("right", "test", "1.png");
        Assert.Equal(["left/test/1.png", "right/test/1.png"], Names(false, _temp.At("left", "test"), _temp.At("right", "test")));
    }

    [Fact]
    public void Patterns_match_names_and_folders()
    {
        _temp.Touch("shots", "a", "1.png");
        _temp.Touch("shots", "a", "deep", "2.png");
        _temp.Touch("shots", "b", "3.jpg");
        _temp.Touch("shots", "b", "[4].dat");
        Assert.Equal(["a/1.png", "a/deep/2.png", "b/3.jpg"], Names(false, _temp.At("shots", "**", "*")));
        Assert.Equal(["a/1.png"], Names(false, _temp.At("shots", "?", "*.png")));
        Assert.Equal(["[4].dat"], Names(false, _temp.At("shots", "b", "*].dat")));
        Assert.Equal(["[4].dat"], Names(false, _temp.At("shots", "b", "[4].dat")));
    }

    [Fact]
    public void Text_lists_are_relative_to_their_folder()
    {
        _temp.Touch("in", "a b", "1.png");
        _temp.Touch("in", "2.dat");
        File.WriteAllText(_temp.At("in", "list.txt"), "a b/1.png\r\n\n2.dat\n" + _temp.At("in", "2.dat"));
        Assert.Equal(["2.dat", "a b/1.png"], Names(false, _temp.At("in", "list.txt")));
    }

    [Theory]
    [InlineData("x/1.png,good\n\"x/2, two.png\",bad\n")]
    [InlineData("\uFEFFlabel,Image\r\ngood,x/1.png\r\nbad,\"x/2, two.png\"\r\n")]
    public void Tables_name_images_in_their_first_column_or_in_the_one_named_image(string text)
    {
        _temp.Touch("x", "1.png");
        _temp.Touch("x", "2, two.png");
        File.WriteAllText(_temp.At("list.csv"), text);
        Assert.Equal(["x/1.png", "x/2, two.png"], Names(false, _temp.At("list.csv")));
    }

    [Fact]
    public void Everything_that_was_not_found_is_named_at_once()
    {
        _temp.Touch("empty", "notes.md");
        _temp.Touch("upper", "sub", "1.png");
        File.WriteAllText(_temp.At("list.txt"), "gone.png\n");
        JobException error = Assert.Throws<JobException>(() => ImageSetResolver.Resolve(
            [_temp.At("none"), _temp.At("empty"), _temp.At("upper"), _temp.At("empty", "*.png"), _temp.At("list.txt")], recursive: false));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        string[] lines = error.Message.Split(Environment.NewLine);
        Assert.Equal(5, lines.Length);
        Assert.Contains("none: there is no such file or folder", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("there is no image in this folder", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("-r searches its subfolders too", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("*.png: no image matches", lines[3], StringComparison.Ordinal);
        Assert.Contains("gone.png: there is no such file (named in", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_given_is_a_usage_error()
    {
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => ImageSetResolver.Resolve([], recursive: false)).Kind);
    }

    private static IEnumerable<string> Names(bool recursive, params string[] inputs)
    {
        IReadOnlyList<ImageFile> images = ImageSetResolver.Resolve(inputs, recursive);
        Assert.All(images, image => Assert.True(File.Exists(image.Path)));
        return images.Select(image => image.Name);
    }
}
