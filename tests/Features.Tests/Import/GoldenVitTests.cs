using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Import;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Import;

/// <summary>The four families of golden/vit at their own grid and at a resized one, against what PyTorch gave.</summary>
public sealed class GoldenVitTests(ITestOutputHelper output)
{
    private const float Tolerance = 1e-4f;

    [SharedTheory("golden", "vit")]
    [InlineData("clip-gelu", "native", 24)]
    [InlineData("clip-gelu", "resized", 40)]
    [InlineData("clip-quickgelu", "native", 24)]
    [InlineData("clip-quickgelu", "resized", 40)]
    [InlineData("dino", "native", 24)]
    [InlineData("dino", "resized", 40)]
    [InlineData("dinov2", "native", 24)]
    [InlineData("dinov2", "resized", 40)]
    public void Tokens_equal_the_golden_ones(string family, string grid, int size)
    {
        using TempFolder folder = new();
        string path = folder.At("backbone.onnx");
        ImportedBackbone imported = BackboneImporter.Import(
            new ImportOptions(Shared.At("golden", "vit", family, "model.safetensors"), path, size)
            {
                Configs = [Shared.At("golden", "vit", family, "config.json")],
            },
            CancellationToken.None);
        Assert.All(imported.Stages, stage => Assert.Equal(new StageShape(size / 4, 48), stage));

        float[] pixels = NpyFile.ReadSingles(At(family, $"{grid}_pixels.npy"));
        int batch = pixels.Length / (3 * size * size);
        using OnnxNetwork network = new(path);
        Dictionary<string, float[]> tokens = network.Run(pixels, batch);

        float difference = Largest(NpyFile.ReadSingles(At(family, $"{grid}_class_token.npy")), tokens["class_token"]);
        output.WriteLine($"{family} {grid}: class token {difference:E2}");
        Assert.InRange(difference, 0, Tolerance);
        float[] expected = NpyFile.ReadSingles(At(family, $"{grid}_stage_tokens.npy"));
        for (int stage = 0; stage < 4; stage++)
        {
            difference = Largest(WithoutClassPosition(expected, stage, batch, 1 + (size / 4 * size / 4), 48), tokens[$"stage_{stage + 1}"]);
            output.WriteLine($"{family} {grid}: stage {stage + 1} {difference:E2}");
            Assert.InRange(difference, 0, Tolerance);
        }
    }

    private static string At(string family, string name) => Shared.At("golden", "vit", family, name);

    private static float[] WithoutClassPosition(float[] stages, int stage, int batch, int positions, int channels) =>
    [
        .. Enumerable.Range(0, batch).SelectMany(image =>
            stages.AsSpan((((stage * batch) + image) * positions + 1) * channels, (positions - 1) * channels).ToArray()),
    ];

    private static float Largest(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (left, right) => MathF.Abs(left - right)).Max();
    }
}
