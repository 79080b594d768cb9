using MuSc.Features.Import;

namespace MuSc.Features.Tests.Import;

/// <summary>What an import says where it cannot go on, and what it writes about the network.</summary>
public sealed class BackboneImporterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RandomVit _vit = new();

    [Fact]
    public void Missing_and_unknown_tensors_are_listed()
    {
        SafetensorsBuilder file = _vit.Timm(bias: true, scales: false).Remove("blocks.2.mlp.fc1.bias").Remove("norm.weight").Add("blocks.1.extra", [1], 1);
        string message = Error(file, options => options);
        Assert.Contains("'blocks.2.mlp.fc1.bias' is missing", message);
        Assert.Contains("'norm.weight' is missing", message);
        Assert.Contains("'blocks.1.extra' is unknown", message);
    }

    [Fact]
    public void A_wrong_shape_is_reported() => Assert.Contains(
        "'norm.weight' is [5]; [12] is expected",
        Error(_vit.Timm(bias: true, scales: false).Remove("norm.weight").Add("norm.weight", new float[5], 5), options => options));

    [Fact]
    public void Clip_without_config_asks_for_the_activation() => Assert.Contains("--activation", Error(_vit.OpenClip(), options => options));

    [Fact]
    public void An_unusual_width_asks_for_the_heads() => Assert.Contains(
        "--heads", Error(_vit.Timm(bias: true, scales: false), options => options with { Heads = null }));

    [Fact]
    public void A_plain_vit_asks_for_its_preprocessing()
    {
        SafetensorsBuilder file = _vit.Timm(bias: true, scales: false).Add("head.weight", new float[10 * RandomVit.Width], 10, RandomVit.Width);
        Assert.Contains("--mean --std --resize", Error(file, options => options));
        Assert.Contains("or --resize (", Error(file, options => options with { Mean = new(0.5f, 0.5f, 0.5f), Deviation = new(0.5f, 0.5f, 0.5f) }));
    }

    [Theory]
    [InlineData(18, "--size 20")]
    [InlineData(0, "--size 4")]
    [InlineData(-4, "--size 4")]
    [InlineData(int.MaxValue, "--size 2048")]
    public void An_impossible_size_names_a_possible_one(int size, string expected) => Assert.Contains(
        expected, Error(_vit.Timm(bias: true, scales: false), options => options with { Size = size }));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    public void Impossible_stages_are_refused(int first, int second) => Assert.Contains(
        "1 to 4", Error(_vit.Timm(bias: true, scales: false), options => options with { Stages = [first, second] }));

    [Fact]
    public void Register_tokens_are_refused() => Assert.Contains(
        "register", Error(_vit.Timm(bias: true, scales: true).Add("register_tokens", new float[4 * RandomVit.Width], 1, 4, RandomVit.Width), options => options));

    [Fact]
    public void A_fine_tuned_clip_is_refused() => Assert.Contains(
        "fine-tuned",
        Error(_vit.TimmClip().Remove("head.weight").Add("head.weight", new float[1000 * RandomVit.Width], 1000, RandomVit.Width), options => options with { Activation = Activation.Gelu }));

    [Fact]
    public void Another_kind_of_network_is_refused() => Assert.Contains(
        "none of the known networks", Error(new SafetensorsBuilder().Add("conv1.weight", [1], 1), options => options));

    [Fact]
    public void Weights_beyond_float16_are_refused_for_half() => Assert.Contains(
        "--fp16",
        Error(_vit.Timm(bias: true, scales: false).Remove("pos_embed").Add("pos_embed", [.. Enumerable.Repeat(1e6f, 10 * RandomVit.Width)], 10, RandomVit.Width), options => options with { Half = true }));

    [Theory]
    [InlineData("""{"vision_config": {"hidden_act": "quick_gelu", "num_attention_heads": 3}, "text_config": {"hidden_act": "gelu"}}""")]
    [InlineData("""{"model_cfg": {"embed_dim": 7, "quick_gelu": true, "vision_cfg": {"head_width": 4}}, "preprocess_cfg": {"mean": [0.1, 0.2, 0.3]}}""")]
    [InlineData("""{"architecture": "vit_base_patch16_clip_quickgelu_224", "num_heads": 3}""")]
    [InlineData("""{"model_type": "clip", "num_attention_heads": 3}""")]
    public void Configs_give_heads_and_activation(string json)
    {
        SafetensorsBuilder file = json.Contains("model_type") ? _vit.HuggingFaceClip() : _vit.OpenClip();
        string config = _folder.At("config.json");
        File.WriteAllText(config, json);
        ImportOptions options = ImportedNetwork.Options(file.Save(_folder.At("clip.safetensors")));
        Dictionary<string, float[]> configured = ImportedNetwork.Run(options with { Heads = null, Configs = [config] });
        Assert.Equal(0, ImportedNetwork.Difference(configured, ImportedNetwork.Run(options with { Activation = Activation.QuickGelu })));
    }

    [Fact]
    public void Metadata_holds_what_the_contract_names()
    {
        string config = _folder.At("config.json");
        File.WriteAllText(config, """{"pretrained_cfg": {"tag": "augreg_in21k", "mean": [0.5, 0.4, 0.3], "std": [0.1, 0.2, 0.3], "interpolation": "bicubic", "license": "apache-2.0"}}""");
        ImportOptions options = ImportedNetwork.Options(_vit.Timm(bias: true, scales: false).Save(_folder.At("tiny.safetensors"))) with { Configs = [config] };
        ImportedBackbone imported = BackboneImporter.Import(options, CancellationToken.None);
        using OnnxNetwork network = new(options.Output);
        Dictionary<string, string> expected = new()
        {
            ["musc.name"] = "tiny",
            ["musc.patch"] = "4",
            ["musc.size"] = "12",
            ["musc.mean"] = "0.5,0.4,0.3",
            ["musc.std"] = "0.1,0.2,0.3",
            ["musc.resize"] = "bicubic",
            ["musc.source"] = "tiny.safetensors",
            ["musc.license"] = "apache-2.0",
        };
        Assert.Equal(expected.OrderBy(pair => pair.Key), network.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(expected.OrderBy(pair => pair.Key), imported.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal("ViT (timm)", imported.Family);
        Assert.Equal([-1, 9, RandomVit.Width], network.Outputs["stage_1"].Dimensions);
    }

    public void Dispose() => _folder.Dispose();

    private string Error(SafetensorsBuilder file, Func<ImportOptions, ImportOptions> change)
    {
        ImportOptions options = change(ImportedNetwork.Options(file.Save(_folder.At("network.safetensors"))));
        string message = Assert.Throws<ImportException>(() => BackboneImporter.Import(options, CancellationToken.None)).Message;
        Assert.Equal(["network.safetensors"], Directory.GetFiles(_folder.Folder).Select(Path.GetFileName));
        return message;
    }
}
