using System.Text.Json;

namespace MuSc.Cli.Tests;

/// <summary><c>musc model</c> as a user types it.</summary>
public sealed class ModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("list")]
    [InlineData("pull")]
    [InlineData("import")]
    [InlineData("verify")]
    public async Task Help_has_examples(string command) => Assert.Contains(
        $"  musc model {command}", (await MuscProcess.RunAsync("model", command, "--help")).Expect(0).Out, StringComparison.Ordinal);

    [Fact]
    public async Task List_names_address_checksum_size_licence_and_auroc()
    {
        JsonElement models = (await MuscProcess.RunAsync("model", "list", "--json")).Expect(0).Json.GetProperty("models");
        Assert.Equal(11, models.GetArrayLength());
        JsonElement paper = models.EnumerateArray().Single(model => model.GetProperty("name").GetString() == "clip-vit-l14-336");
        Assert.Equal(64, paper.GetProperty("sha256").GetString()!.Length);
        Assert.Equal(97.77, paper.GetProperty("published_auroc").GetProperty("mvtec_image").GetDouble());
        MuscProcess text = (await MuscProcess.RunAsync("model", "list")).Expect(0);
        Assert.All(models.EnumerateArray(), model => Assert.Contains(model.GetProperty("address").GetString()!, text.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_writes_a_backbone_that_inspect_reads()
    {
        string checkpoint = new RandomVit().OpenClip().Save(_folder.At("clip.safetensors"));
        string[] import = ["model", "import", checkpoint, "-o", _folder.At("out", "clip.onnx"), "--heads", "3", "--size", "20", "--json"];
        Assert.Contains("--activation", (await MuscProcess.RunAsync(import)).Expect(3).Error, StringComparison.Ordinal);

        JsonElement imported = (await MuscProcess.RunAsync([.. import, "--activation", "quick_gelu", "--fp16", "--stages", "1,4"])).Expect(0).Json;
        Assert.Equal("CLIP (OpenAI, open_clip)", imported.GetProperty("family").GetString());
        Assert.Equal(2, imported.GetProperty("stages").GetArrayLength());
        JsonElement seen = (await MuscProcess.RunAsync("inspect", _folder.At("out", "clip.onnx"), "--json")).Expect(0).Json;
        Assert.Equal(20, seen.GetProperty("default_size").GetInt32());
        Assert.Equal(RandomVit.Projected, seen.GetProperty("class_channels").GetInt32());

        Assert.Contains("--force", (await MuscProcess.RunAsync([.. import, "--activation", "gelu"])).Expect(2).Error, StringComparison.Ordinal);
        (await MuscProcess.RunAsync([.. import, "--activation", "gelu", "--force"])).Expect(0);
    }

    [Fact]
    public async Task Wrong_options_are_told_with_their_names()
    {
        MuscProcess wrong = (await MuscProcess.RunAsync("model", "import", "x", "-o", "y", "--resize", "nearest", "--mean", "0.5,0.5")).Expect(2);
        Assert.Contains("--resize: 'nearest' is none of bicubic, bilinear", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("--mean", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("musc model import --help", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("clip-vit-l14", (await MuscProcess.RunAsync("model", "pull", "resnet50")).Expect(3).Error, StringComparison.Ordinal);
        Assert.Contains("cut off", (await MuscProcess.RunAsync("model", "import", Damaged(), "-o", _folder.At("y.onnx"))).Expect(3).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Damaged()
    {
        string path = new RandomVit().OpenClip().Save(_folder.At("damaged.safetensors"));
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^1000]);
        return path;
    }
}
