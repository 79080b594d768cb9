using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Cli.Tests;

/// <summary>A tiny Swin through import, extraction and scoring, against plain loops over its tokens.</summary>
public sealed class SwinScoringTests(SampleSet set) : IClassFixture<SampleSet>
{
    private const int Size = 32;
    private const double Tolerance = 1e-4;

    [Fact]
    public async Task Scores_equal_a_plain_computation()
    {
        using TempFolder folder = new();
        string checkpoint = new SwinReference().Checkpoint(early: false).Save(folder.At("swin.safetensors"));
        string backbone = folder.At("swin.onnx");
        (await MuscProcess.RunAsync("model", "import", checkpoint, "-o", backbone, "--size", $"{Size}")).Expect(0);
        (await MuscProcess.RunAsync("score", set.Images, "--backbone", backbone, "--out", folder.At("results"), "--save-patch-scores")).Expect(0);

        ImageFile[] images = [.. Directory.GetFiles(set.Images).Order(StringComparer.Ordinal).Select(path => new ImageFile(Path.GetFileName(path), path))];
        Assert.Equal(12, images.Length);
        using OnnxFeatureExtractor extractor = new(Backbone.Open(backbone), new ExtractionOptions { Threads = 1 });
        FeatureBlock tokens = extractor.Extract(images, null, CancellationToken.None);
        Assert.Equal([16, 8, 4], tokens.Shape.Stages.Select(stage => stage.Grid));
        Assert.Equal([8, 16, 32], tokens.Shape.Stages.Select(stage => stage.Channels));

        double[] expected = PlainScores.Of(tokens, [1, 3, 5], share: 0.3);
        float[] actual = NpyFile.ReadSingles(folder.At("results", "patch_scores.npy"));
        Assert.Equal(expected.Length, actual.Length);
        double difference = expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max();
        Assert.InRange(difference, 0, Tolerance);

        // Without a class token scores are not rescored.
        Assert.All(ScoresRow.Read(folder.At("results")), row => Assert.Equal(row.Before, row.Score));
    }
}
