using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using Xunit.Abstractions;

namespace MuSc.Features.Tests.Backbones;

/// <summary>From real files to class tokens, against what the authors' image pipeline gives with the same network.</summary>
public sealed class CompactBackboneTests(ITestOutputHelper output)
{
    [SharedTheory("models", "compact", "expected")]
    [InlineData("aws_cookie", 1e-4)]
    [InlineData("elpv_mono", 1e-4)]
    [InlineData("magnetic_tile", 1e-4)]
    [InlineData("mvtec_leather_mini", 1e-4)]
    public void Class_tokens_are_those_of_the_authors_pipeline(string set, double tolerance)
    {
        string expectedFolder = Shared.At("models", "compact", "expected", set);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(expectedFolder, "expected.json")));
        List<ImageFile> images = [.. expected.RootElement.GetProperty("images").EnumerateArray()
            .Select(name => new ImageFile(name.GetString()!, Shared.At("data", set, "test", name.GetString()!)))];
        float[] expectedTokens = NpyFile.ReadSingles(Path.Combine(expectedFolder, "class_tokens.npy"));

        using OnnxFeatureExtractor extractor = new(Backbone.Open("compact"), new ExtractionOptions { Size = 224 });
        FeatureBlock block = extractor.Extract(images, extracted: null, CancellationToken.None);

        Assert.Equal(expectedTokens.Length, block.ClassTokens.Length);
        double largest = block.ClassTokens.Zip(expectedTokens, (a, b) => Math.Abs((double)a - b)).Max();
        output.WriteLine($"{set}: largest absolute difference {largest:E2} over {images.Count} images");
        Assert.InRange(largest, 0, tolerance);
    }
}
