using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Features.Import;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Import;

/// <summary>A real pretrained ViT-Tiny through import and extraction, against the class tokens of golden/real.</summary>
public sealed class VitTinyTests(ITestOutputHelper output)
{
    private const float Tolerance = 1e-3f;

    [SharedTheory("models", "vit_tiny_patch16_224")]
    [InlineData("aws_cookie", 224, 12)]
    [InlineData("magnetic_tile", 224, 12)]
    [InlineData("elpv_mono", 224, 12)]
    [InlineData("mvtec_leather_mini", 448, 5)]
    public void Class_tokens_equal_the_golden_ones(string set, int size, int images)
    {
        using TempFolder folder = new();
        ImportOptions options = new(Shared.At("models", "vit_tiny_patch16_224", "model.safetensors"), folder.At("vit-tiny.onnx"))
        {
            Size = size,
            Mean = new(0.5f, 0.5f, 0.5f),
            Deviation = new(0.5f, 0.5f, 0.5f),
            Resize = ResizeFilter.Bicubic,
        };
        Assert.Equal("ViT (timm)", BackboneImporter.Import(options, CancellationToken.None).Family);

        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Shared.At("golden", "real", set, "expected.json")));
        List<ImageFile> files = [.. expected.RootElement.GetProperty("images").EnumerateArray().Take(images).Select(name => name.GetString()!).Select(name => new ImageFile(name, Find(set, name)))];
        using OnnxFeatureExtractor extractor = new(Backbone.Open(options.Output), new ExtractionOptions());
        FeatureBlock block = extractor.Extract(files, null, CancellationToken.None);
        Assert.All(block.Shape.Stages, stage => Assert.Equal(new StageShape(size / 16, 192), stage));
        Assert.Equal(4, block.Shape.Stages.Count);

        float[] golden = NpyFile.ReadSingles(Shared.At("golden", "real", set, "class_tokens.npy"));
        float difference = block.ClassTokens.Zip(golden, (left, right) => MathF.Abs(left - right)).Max();
        output.WriteLine($"{set} at {size}: {difference:E2} (largest value {golden.Max(MathF.Abs):F2})");
        Assert.InRange(difference, 0, Tolerance);
    }

    private static string Find(string set, string name) => Shared.At("data", set, "test", name);
}
