using MuSc.Features.Backbones;

namespace MuSc.Features.Tests.Backbones;

public sealed class BackboneFolderTests
{
    [Fact]
    public void Locate_names_a_missing_file()
    {
        string path = Path.Combine(Path.GetTempPath(), "no such folder", "x.onnx");
        Assert.Equal($"There is no backbone file {path}.", Assert.Throws<BackboneException>(() => BackboneFolder.Locate(path)).Message);
    }

    [Fact]
    public void Locate_names_what_there_is_for_an_unknown_name()
    {
        string message = Assert.Throws<BackboneException>(() => BackboneFolder.Locate("no-such-backbone")).Message;
        Assert.StartsWith("There is no backbone 'no-such-backbone' (", message, StringComparison.Ordinal);
        Assert.Contains("there are: compact", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_finds_the_built_in_backbone() => Assert.True(File.Exists(BackboneFolder.Locate("compact")));

    [Fact]
    public void Names_begins_with_the_built_in_backbone() => Assert.Equal("compact", BackboneFolder.Names()[0]);
}
