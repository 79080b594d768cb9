using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Features.Tests.Backbones;

public sealed class BackboneTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc backbone ö ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_reads_the_built_in_backbone_by_name()
    {
        BackboneInfo info = Backbone.Open("compact");
        Assert.Equal(("compact", 16, 224, 4, true), (info.Name, info.Patch, info.DefaultSize, info.Stages, info.HasClassToken));
        Assert.Equal([0.5f, 0.5f, 0.5f], info.Mean);
        Assert.Equal([0.5f, 0.5f, 0.5f], info.Deviation);
        Assert.Equal(ResizeFilter.Bicubic, info.Resize);
        Assert.Equal("MIT", info.Licence);
        Assert.Contains("distilled", info.Source, StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(info.Path))), info.Sha256);
    }

    [Fact]
    public void Open_reads_a_file()
    {
        BackboneInfo info = Backbone.Open(new TinyBackbone().Write(_folder));
        Assert.Equal(("tiny", 4, 16, 2, true), (info.Name, info.Patch, info.DefaultSize, info.Stages, info.HasClassToken));
        Assert.Equal([0.5f, 0.25f, 0.75f], info.Mean);
        Assert.Equal(ResizeFilter.Bilinear, info.Resize);
    }

    [Fact]
    public void The_checksum_covers_a_separate_file_of_weights()
    {
        string path = new TinyBackbone().Write(_folder);
        string alone = Backbone.Open(path).Sha256;
        File.WriteAllBytes(path + ".data", [1, 2, 3]);
        string first = Backbone.Open(path).Sha256;
        File.WriteAllBytes(path + ".data", [1, 2, 4]);
        Assert.Equal(3, new HashSet<string> { alone, first, Backbone.Open(path).Sha256 }.Count);
    }

    [Theory]
    [InlineData("musc.name", null, "metadata musc.name is missing")]
    [InlineData("musc.patch", null, "metadata musc.patch is missing")]
    [InlineData("musc.patch", "0", "metadata musc.patch = '0' is no positive integer")]
    [InlineData("musc.patch", "4.5", "metadata musc.patch = '4.5' is no positive integer")]
    [InlineData("musc.size", "18", "musc.size = 18 is no multiple of musc.patch = 4")]
    [InlineData("musc.mean", "0.5", "metadata musc.mean = '0.5' is not three numbers")]
    [InlineData("musc.mean", "0.5,nan,1", "is not three numbers")]
    [InlineData("musc.std", "1,1,0", "metadata musc.std = '1,1,0' is not three positive numbers")]
    [InlineData("musc.resize", "lanczos", "metadata musc.resize = 'lanczos' is neither bicubic nor bilinear")]
    [InlineData("musc.license", " ", "metadata musc.license is missing")]
    public void Open_says_what_metadata_is_missing_or_wrong(string key, string? value, string expected)
    {
        TinyBackbone backbone = new();
        backbone.Metadata.Remove(key);
        if (value is not null)
        {
            backbone.Metadata.Add(key, value);
        }

        string path = backbone.Write(_folder);
        BackboneException refusal = Assert.Throws<BackboneException>(() => Backbone.Open(path));
        Assert.StartsWith($"{path} is no backbone: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_says_which_outputs_and_inputs_are_missing_or_wrong()
    {
        Assert.Contains("its inputs are image, not just pixels", Refusal(new TinyBackbone { Input = "image" }), StringComparison.Ordinal);
        Assert.Contains("its pixels have 4 channels, not 3", Refusal(new TinyBackbone { InputShape = [-1, 4, -1, -1] }), StringComparison.Ordinal);
        Assert.Contains("has no output stage_1 (but tokens, stage_2)", Refusal(new TinyBackbone { Outputs = ["tokens", "stage_2"] }), StringComparison.Ordinal);
        Assert.Contains("its class_token is not of the form [B × D]", Refusal(new TinyBackbone { Outputs = ["stage_1", "class_token"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_refuses_what_is_no_ONNX_file()
    {
        string path = Path.Combine(_folder, "weights.onnx");
        File.WriteAllText(path, "not a network");
        Assert.StartsWith($"{path} is no ONNX model that can be read", Assert.Throws<BackboneException>(() => Backbone.Open(path)).Message, StringComparison.Ordinal);
    }

    private string Refusal(TinyBackbone backbone)
    {
        string path = backbone.Write(_folder);
        return Assert.Throws<BackboneException>(() => Backbone.Open(path)).Message;
    }
}
