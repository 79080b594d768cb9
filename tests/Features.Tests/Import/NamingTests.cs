using MuSc.Features.Import;

namespace MuSc.Features.Tests.Import;

/// <summary>The same random weights under each public naming give the same outputs.</summary>
public sealed class NamingTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RandomVit _vit = new();

    [Fact]
    public void Clip_gives_the_same_in_every_naming()
    {
        Dictionary<string, float[]> openClip = Run(_vit.OpenClip(), Activation.QuickGelu);
        Assert.Equal(RandomVit.Projected * 2, openClip["class_token"].Length);
        Assert.Equal(1, MathF.Sqrt(openClip["class_token"].Take(RandomVit.Projected).Sum(value => value * value)), 5);
        Assert.Equal(0, ImportedNetwork.Difference(openClip, Run(_vit.HuggingFaceClip(), Activation.QuickGelu)));

        // timm's projection has a bias; adding its zeros may be fused differently.
        Assert.InRange(ImportedNetwork.Difference(openClip, Run(_vit.TimmClip(), Activation.QuickGelu)), 0, 1e-6f);
        Assert.True(ImportedNetwork.Difference(openClip, Run(_vit.OpenClip(), Activation.Gelu)) > 1e-3f);
    }

    [Fact]
    public void Clip_with_its_text_half_gives_the_same()
    {
        SafetensorsBuilder whole = _vit.OpenClip().Add("token_embedding.weight", new float[6], 3, 2).Add("logit_scale", [1], [])
            .Add("transformer.resblocks.0.ln_1.weight", new float[2], 2).Add("text_projection", new float[4], 2, 2);
        Assert.Equal(0, ImportedNetwork.Difference(Run(_vit.OpenClip(), Activation.Gelu), Run(whole, Activation.Gelu)));
    }

    [Fact]
    public void Dino_gives_the_same_in_every_naming()
    {
        Dictionary<string, float[]> timm = Run(_vit.Timm(bias: true, scales: false), null);
        Assert.Equal(RandomVit.Width * 2, timm["class_token"].Length);
        Assert.Equal(0, ImportedNetwork.Difference(timm, Run(_vit.HuggingFace(scales: false, prefix: ""), null)));
        Assert.Equal(0, ImportedNetwork.Difference(timm, Run(_vit.HuggingFace(scales: false, prefix: "vit."), null)));
    }

    [Fact]
    public void DinoV2_gives_the_same_in_every_naming()
    {
        Dictionary<string, float[]> facebook = Run(_vit.Timm(bias: true, scales: true).Add("mask_token", new float[RandomVit.Width], 1, RandomVit.Width), null);
        Assert.Equal(0, ImportedNetwork.Difference(facebook, Run(_vit.Timm(bias: true, scales: true), null)));
        Assert.Equal(0, ImportedNetwork.Difference(facebook, Run(_vit.HuggingFace(scales: true, prefix: ""), null)));
        Assert.Equal(0, ImportedNetwork.Difference(facebook, Run(_vit.HuggingFace(scales: true, prefix: "dinov2."), null)));
        Assert.True(ImportedNetwork.Difference(facebook, Run(_vit.Timm(bias: true, scales: false), null)) > 1e-3f);
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Half_precision_checkpoints_give_the_same_file(string type)
    {
        ImportOptions wide = ImportedNetwork.Options(_vit.Timm(bias: true, scales: true).Save(_folder.At("wide.safetensors")));
        ImportOptions narrow = ImportedNetwork.Options(_vit.Timm(bias: true, scales: true).Narrowed(type).Save(_folder.At("narrow.safetensors")));
        BackboneImporter.Import(wide with { Name = "x", Source = "x" }, CancellationToken.None);
        BackboneImporter.Import(narrow with { Name = "x", Source = "x" }, CancellationToken.None);
        Assert.Equal(File.ReadAllBytes(wide.Output), File.ReadAllBytes(narrow.Output));
    }

    [Fact]
    public void Half_precision_output_is_smaller_and_exact_for_weights_that_fit()
    {
        ImportOptions wide = ImportedNetwork.Options(_vit.Timm(bias: true, scales: true).Save(_folder.At("wide.safetensors")));
        ImportOptions half = wide with { Output = _folder.At("half.onnx"), Half = true };

        // Only the class position, the sum of two weights, needs one bit more than float16 keeps here, if that.
        Assert.InRange(ImportedNetwork.Difference(ImportedNetwork.Run(wide), ImportedNetwork.Run(half)), 0, 1e-3f);

        // Two bytes for each value of a matrix, less the nodes that widen them.
        long values = RandomVit.Depth * RandomVit.Width * ((4 * RandomVit.Width) + (2 * RandomVit.Hidden));
        Assert.InRange(new FileInfo(wide.Output).Length - new FileInfo(half.Output).Length, values, 2 * values);
    }

    [Fact]
    public void Stages_are_those_that_were_asked_for()
    {
        ImportOptions options = ImportedNetwork.Options(_vit.Timm(bias: true, scales: false).Save(_folder.At("vit.safetensors")));
        Dictionary<string, float[]> all = ImportedNetwork.Run(options);
        Dictionary<string, float[]> some = ImportedNetwork.Run(options with { Stages = [2, 4] });
        Assert.Equal(all["stage_2"], some["stage_1"]);
        Assert.Equal(all["stage_4"], some["stage_2"]);
        Assert.False(some.ContainsKey("stage_3"));
    }

    [Fact]
    public void Stage_norm_can_be_chosen()
    {
        ImportOptions options = ImportedNetwork.Options(_vit.Timm(bias: true, scales: false).Save(_folder.At("vit.safetensors")));
        Dictionary<string, float[]> normed = ImportedNetwork.Run(options);
        Dictionary<string, float[]> bare = ImportedNetwork.Run(options with { StageNorm = false });
        Assert.Equal(normed["class_token"], bare["class_token"]);
        Assert.NotEqual(normed["stage_4"], bare["stage_4"]);
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, float[]> Run(SafetensorsBuilder file, Activation? activation)
    {
        ImportOptions options = ImportedNetwork.Options(file.Save(_folder.At("network.safetensors")));
        return ImportedNetwork.Run(options with { Activation = activation, Size = 20 });
    }
}
