using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Inputs;
using MuSc.Engine.Local;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Local;

public sealed class RealSetTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [SharedTheory("models", "compact", "expected")]
    [InlineData("aws_cookie")]
    [InlineData("mvtec_leather_mini")]
    public async Task Scores_with_the_compact_backbone_are_those_of_the_authors_code(string set)
    {
        using LocalScoringService service = new();
        string id = await service.SubmitAsync(new()
        {
            Images = ImageSetResolver.Resolve([Shared.At("data", set, "test")], recursive: true),
            Output = new() { Folder = _temp.At("out"), PatchScores = true },
        }, CancellationToken.None);
        JobResults results = await service.ResultsAsync(id, CancellationToken.None);

        string expectedFolder = Shared.At("models", "compact", "expected", set);
        using JsonDocument expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(expectedFolder, "expected.json")));
        Assert.Equal(expected.RootElement.GetProperty("images").EnumerateArray().Select(name => name.GetString()), results.Images.Select(line => line.Name));
        double[] before = [.. expected.RootElement.GetProperty("before_rscin").EnumerateArray().Select(score => score.GetDouble())];
        double[] after = [.. expected.RootElement.GetProperty("after_rscin").EnumerateArray().Select(score => score.GetDouble())];
        Assert.InRange(Largest(before, [.. results.Images.Select(line => line.ScoreBefore!.Value)]), 0, 1e-3);
        Assert.InRange(Largest(after, [.. results.Images.Select(line => line.Score!.Value)]), 0, 2e-3 / (before.Max() - before.Min()));
        Assert.InRange(
            Largest(NpyFile.ReadDoubles(Path.Combine(expectedFolder, "patch_scores.npy")), NpyFile.ReadDoubles(_temp.At("out", "patch_scores.npy"))), 0, 1e-3);
    }

    private static double Largest(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
    }
}
