using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Tokens;

namespace MuSc.Evaluation.Tests;

public sealed class RescoringTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedTheory("class-tokens")]
    [InlineData("mvtec_ad-bottle", new[] { 1, 2, 3 })]
    [InlineData("visa-candle", new[] { 1, 8, 9 })]
    public void Published_class_tokens_give_the_authors_scores(string set, int[] windows)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Shared.At("class-tokens", "expected.json")));
        JsonElement answers = expected.RootElement.GetProperty(set);
        double[] before = Numbers(answers.GetProperty("before"));
        ExternalScores scores = Table("image,score\n" + string.Concat(before.Select((score, row) => $"{row},{score:R}\n")));

        double[] after = ExternalRescoring.Run(scores, ClassTokens.Read(Shared.At("class-tokens", set + ".npy"), before.Length), windows);

        Assert.All(Numbers(answers.GetProperty("after")).Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void The_new_table_has_the_old_scores_and_ranks()
    {
        ExternalScores scores = Table("image,score\n\"a,1.png\",1\nb.png,3\nc.png,2\n");

        ExternalRescoring.Write(_folder.At("new.csv"), scores, [0.5, 0.25, 1]);

        Assert.Equal(
            "image,score,score_before_rscin,rank\r\n\"a,1.png\",0.5,1,2\r\nb.png,0.25,3,3\r\nc.png,1,2,1\r\n", File.ReadAllText(_folder.At("new.csv")));
        Assert.False(File.Exists(_folder.At("new.csv.partial")));
    }

    [Fact]
    public void Images_are_found_by_their_names_or_the_ends_of_them()
    {
        ImageFile[] images = [new("bottle/good/0.png", "1"), new("nut/good/0.png", "2"), new("nut/bent/1.png", "3")];

        Assert.Equal(["2", "3"], ExternalRescoring.Match(Table("image,score\nnut/good/0.png,1\nbent/1.png,2\n"), images).Select(image => image.Path));
        Assert.Contains("could be", Assert.Throws<JobException>(() => ExternalRescoring.Match(Table("image,score\ngood/0.png,1\n"), images)).Message, StringComparison.Ordinal);
        Assert.Contains("no image", Assert.Throws<JobException>(() => ExternalRescoring.Match(Table("image,score\n7.png,1\n"), images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_must_be_as_many_as_scores_and_finite()
    {
        NpyWriter.WriteAll(_folder.At("tokens.npy"), [1f, 2, 3, 4, 5, float.NaN], 3, 2);

        Assert.Contains("(3, 2)", Assert.Throws<JobException>(() => ClassTokens.Read(_folder.At("tokens.npy"), 4)).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<JobException>(() => ClassTokens.Read(_folder.At("tokens.npy"), 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalising_gives_unit_tokens()
    {
        Assert.Equal([0.6f, 0.8f, 0, 0], new ClassTokens([3, 4, 0, 0], 2).Normalized().Values);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 0 })]
    public void Windows_are_checked(int[] windows)
    {
        Assert.Throws<JobException>(() => ExternalRescoring.Run(Table("image,score\na,1\n"), new ClassTokens([1], 1), windows));
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private ExternalScores Table(string text)
    {
        File.WriteAllText(_folder.At("scores.csv"), text);
        return ExternalScores.Read(_folder.At("scores.csv"));
    }
}
