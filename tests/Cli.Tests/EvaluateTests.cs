using System.Text.Json;
using MuSc.Evaluation.Synthetic;
using MuSc.Features.Images;

namespace MuSc.Cli.Tests;

/// <summary><c>musc evaluate</c> and <c>musc rescore</c> as a user runs them, on a small set in the layout <c>folder</c>.</summary>
public sealed class EvaluateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EvaluateTests()
    {
        SyntheticSet set = new(Count: 12, Defective: 4, Size: 64, Seed: 5);
        foreach ((DefectKind defect, int index) in set.Defects().Select((defect, index) => (defect, index)))
        {
            SyntheticPart part = set.Render(index, defect);
            string kind = defect == DefectKind.None ? "good" : "bad";
            ImageEncoder.SavePng(_folder.Touch("set", kind, part.Name), part.Image);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tables_are_printed_and_written()
    {
        MuscProcess run = await MuscProcess.RunAsync(
            "evaluate", _folder.At("set"), "--layout", "folder", "--size", "64", "--ablate", "degrees,windows,scorers,methods", "--out", _folder.At("out"));

        run.Expect(0);
        Assert.Contains("AUROC-cls", run.Out, StringComparison.Ordinal);
        Assert.Contains("Aggregation degrees", run.Out, StringComparison.Ordinal);
        Assert.Contains("N/3, seed 4", run.Out, StringComparison.Ordinal);
        Assert.All(["MuSc-V2 (snamd, salient)", "lnamd, salient", "snamd-l2, class"], word => Assert.Contains(word, run.Out, StringComparison.Ordinal));
        Assert.Contains("Windows of RsCIN", File.ReadAllText(_folder.At("out", "evaluation.md")), StringComparison.Ordinal);
        Assert.StartsWith("table,row,column,value\n", File.ReadAllText(_folder.At("out", "evaluation.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_what_the_file_has()
    {
        MuscProcess run = (await MuscProcess.RunAsync(
            "evaluate", _folder.At("set"), "--layout", "folder", "--size", "64", "--json", "--out", _folder.At("out"))).Expect(0);

        Assert.Equal(run.Out, File.ReadAllText(_folder.At("out", "evaluation.json")));
        JsonElement row = run.Json.GetProperty("tables")[0].GetProperty("rows")[0];
        Assert.Equal("set", row.GetProperty("name").GetString());
        Assert.InRange(row.GetProperty("values")[0].GetDouble(), 0, 100);
        Assert.Equal(JsonValueKind.Null, row.GetProperty("values")[3].ValueKind);
    }

    [Fact]
    public async Task Scores_of_another_program_are_evaluated_and_rescored()
    {
        (await MuscProcess.RunAsync("score", _folder.At("set"), "-r", "--size", "64", "--out", _folder.At("scored"), "--no-overlays", "--no-report")).Expect(0);
        string scores = _folder.At("scored", "scores.csv");

        MuscProcess evaluated = (await MuscProcess.RunAsync(
            "evaluate", _folder.At("set"), "--layout", "folder", "--scores", scores, "--maps", _folder.At("scored", "maps"), "--json", "--out", _folder.At("out"))).Expect(0);
        MuscProcess direct = (await MuscProcess.RunAsync(
            "evaluate", _folder.At("set"), "--layout", "folder", "--size", "64", "--json", "--out", _folder.At("out"))).Expect(0);
        (await MuscProcess.RunAsync(
            "rescore", "--scores", scores, "--images", _folder.At("set"), "--size", "64", "--windows", "1", "--out", _folder.At("rescored.csv"))).Expect(0);

        Assert.Equal(Values(direct), Values(evaluated));
        string[] lines = File.ReadAllLines(_folder.At("rescored.csv"));
        Assert.Equal("image,score,score_before_rscin,rank", lines[0]);
        Assert.Equal(13, lines.Length);
    }

    [Theory]
    [InlineData(2, "--ablate", "weather")]
    [InlineData(2, "--maps", "maps")]
    [InlineData(3, "--category", "nut")]
    [InlineData(3, "--layout", "visa")]
    public async Task Wrong_requests_say_why(int exitCode, params string[] options)
    {
        MuscProcess run = await MuscProcess.RunAsync(["evaluate", _folder.At("set"), .. options, "--out", _folder.At("out")]);

        run.Expect(exitCode);
        Assert.NotEmpty(run.Error);
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    private static string Values(MuscProcess run) => run.Json.GetProperty("tables")[0].GetProperty("rows")[0].GetProperty("values").ToString();
}
