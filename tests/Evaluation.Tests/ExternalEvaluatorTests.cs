using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation.Tests;

public sealed class ExternalEvaluatorTests : IDisposable
{
    private const int Side = 6;
    private readonly TempFolder _folder = new();

    public ExternalEvaluatorTests()
    {
        Save("set/test/good/0.png", 0);
        Save("set/test/bent/0.png", 0);
        Save("set/ground_truth/bent/0_mask.png", 3);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".tiff")]
    [InlineData(".npy")]
    [InlineData(".png")]
    public void Maps_of_any_format_are_evaluated(string extension)
    {
        WriteScores("image,score,note\ngood/0.png,0.1,x\nbent/0.png,0.9,x\n");
        float[] bent = [.. Enumerable.Range(0, Side * Side).Select(pixel => pixel / Side < 3 ? 200f : 10f)];
        WriteMap("bent/0", extension, bent);
        WriteMap("good/0", extension, [.. Enumerable.Range(0, Side * Side).Select(pixel => (float)pixel)]);

        CategoryMetrics metrics = Evaluate(_folder.At("maps")).Metrics;

        Assert.Equal(new RankingMetrics(1, 1, 1), metrics.Image);
        Assert.Equal(1.0, metrics.Pixel.Ranking.Auroc!.Value, 12);
        Assert.Equal(1.0, metrics.Pixel.Pro!.Value, 12);
        Assert.Null(metrics.Spro);
    }

    [Fact]
    public void Without_maps_there_are_image_metrics_alone()
    {
        WriteScores("image,score\nset/test/good/0.png,5\nset/bent/0.png,-1\n");

        CategoryMetrics metrics = Evaluate(null).Metrics;

        Assert.Equal(0.0, metrics.Image.Auroc);
        Assert.Equal(RankingMetrics.NotAvailable, metrics.Pixel.Ranking);
    }

    [Theory]
    [InlineData("name,score\na,1\n", "column 'image'")]
    [InlineData("image,score\ngood/0.png,high\n", "'high'")]
    [InlineData("image,score\ngood/0.png,1\ngood/0.png,2\n", "twice")]
    [InlineData("image,score\ngood/0.png,1\nbent/0.png,\n", "no score for 'bent/0.png'")]
    public void Damaged_tables_are_refused(string text, string expected)
    {
        WriteScores(text);

        JobException error = Assert.Throws<JobException>(() => Evaluate(null));

        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_and_damaged_maps_are_refused()
    {
        WriteScores("image,score\ngood/0.png,1\nbent/0.png,2\n");

        Assert.Contains("no such folder", Assert.Throws<JobException>(() => Evaluate(_folder.At("maps"))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.At("maps", "bent"));
        Assert.Contains("there is no map", Assert.Throws<JobException>(() => Evaluate(_folder.At("maps"))).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("maps", "bent", "0.tiff"), "II*");
        WriteMap("good/0", ".npy", new float[Side * Side]);
        Assert.Contains("0.tiff", Assert.Throws<ImageFileException>(() => Evaluate(_folder.At("maps"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_without_a_category_suffice_only_for_one_category()
    {
        Save("other/test/good/0.png", 0);
        Save("other/test/bent/0.png", 0);
        WriteScores("image,score\ngood/0.png,1\nbent/0.png,2\n");

        Assert.Throws<JobException>(() => ExternalEvaluator.Run(Spec(_folder.Folder), _folder.At("scores.csv"), null, CancellationToken.None));
    }

    private static EvaluationSpec Spec(string root) => new() { Root = root, Layout = DataSetLayout.Mvtec, MaskRule = MaskRule.Any };

    private CategoryRun Evaluate(string? maps) =>
        Assert.Single(ExternalEvaluator.Run(Spec(_folder.At("set")), _folder.At("scores.csv"), maps, CancellationToken.None).Categories);

    private void WriteScores(string text) => File.WriteAllText(_folder.At("scores.csv"), text);

    private void WriteMap(string stem, string extension, float[] map)
    {
        string path = _folder.Touch("maps", stem + extension);
        switch (extension)
        {
            case ".npy":
                NpyWriter.WriteAll(path, map, 1, Side, Side);
                break;
            case ".tiff":
                ImageEncoder.SaveTiff(path, map, Side, Side);
                break;
            default:
                ImageEncoder.SavePng(path, new RgbImage(Side, Side, [.. map.SelectMany(score => Enumerable.Repeat((byte)score, 3))]));
                break;
        }
    }

    /// <summary>An image that is white in its first rows.</summary>
    private void Save(string path, int rows) => ImageEncoder.SavePng(
        _folder.Touch(path), new RgbImage(Side, Side, [.. Enumerable.Range(0, Side * Side * 3).Select(i => i / (3 * Side) < rows ? (byte)255 : (byte)0)]));
}
