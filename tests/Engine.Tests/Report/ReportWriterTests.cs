using System.Text.RegularExpressions;
using MuSc.Contracts;
using MuSc.Engine.Overlays;
using MuSc.Engine.Report;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Tests.Report;

public sealed partial class ReportWriterTests
{
    [Fact]
    public void Names_reasons_and_values_are_escaped()
    {
        const string nasty = "<script>alert(\"x\")</script>&'";
        string html = Write(Data(1) with
        {
            Title = nasty,
            Gallery = [Image(1, nasty + "/" + nasty)],
            Skipped = [new(nasty, nasty)],
            Settings = [new(nasty, nasty)],
            Machine = [new(nasty, nasty)],
        });
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(\"x\")", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void File_refers_to_nothing_outside()
    {
        string html = Write(Data(20));
        Assert.DoesNotContain("http://", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.All(Source().Matches(html), match => Assert.StartsWith("data:image/webp;base64,", match.Groups[1].Value, StringComparison.Ordinal));
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_are_one_script()
    {
        string html = Write(Data(1));
        Assert.DoesNotContain("import {", html, StringComparison.Ordinal);
        Assert.DoesNotContain("export ", html, StringComparison.Ordinal);
        Assert.Contains("class Gallery", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Gallery_says_where_the_rest_lies()
    {
        ReportData data = Data(3) with { Lines = Lines(1234) };
        string html = Write(data);
        Assert.Contains("The 3 most anomalous of 1,234 images", html, StringComparison.Ordinal);
        Assert.Contains("<code>overlays/</code>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("most anomalous of", Write(Data(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Overlay_links_keep_the_tree_and_escape_each_part()
    {
        string html = Write(Data(1) with { Gallery = [Image(1, "x") with { OverlayFile = "overlays/söme dir/a#1.png" }] });
        Assert.Contains("data-overlay=\"overlays/s%C3%B6me%20dir/a%231.png\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_without_images_show_maps_alone()
    {
        string html = Write(Data(1) with { Gallery = [Image(1, "0") with { Image = [], Width = 0, Height = 0, OverlayFile = null }] });
        Assert.Contains("data-view=\"map\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"view\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-size", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-overlay", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_whose_every_image_was_left_out_still_has_a_report()
    {
        string html = Write(Data(0) with { Skipped = [new("a.png", "is empty")] });
        Assert.Contains("1 file left out", html, StringComparison.Ordinal);
        Assert.Contains("</html>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_that_separates_has_its_line_and_its_colours_by_the_threshold()
    {
        ImageResult[] lines = [.. Enumerable.Range(0, 20).Select(i => new ImageResult($"{i}.png", i < 10 ? 0.25 : 0.75, i < 10 ? 0.25 : 0.75, i + 1, 1, 1, null))];
        string html = Write(Data(1) with { Lines = lines, Decision = DecisionRule.Of(lines, new()) });
        Assert.Contains("The scores form two groups: 10 of 20 images are anomalous.", html, StringComparison.Ordinal);
        Assert.Matches("data-by=\"before\" data-threshold=\"0\\.[0-9]+\"", html);
        Assert.Contains("T = 0.400", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Set_that_does_not_separate_is_not_shown_as_two_classes()
    {
        ImageResult[] lines = [.. Enumerable.Range(0, 20).Select(i => new ImageResult($"{i}.png", 0.4 + (0.001 * i), 0.4 + (0.001 * i), 20 - i, 1, 1, null))];
        string html = Write(Data(1) with { Lines = lines, Decision = DecisionRule.Of(lines, new()), Scale = new(0.4, 0.6) });
        Assert.Contains("Nothing stands out. Ranking is given, decisions are not.", html, StringComparison.Ordinal);
        Assert.Contains("--expect many", html, StringComparison.Ordinal);
        Assert.Contains("data-threshold=\"\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("T = ", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_rise_are_shown_with_what_to_do()
    {
        string html = Write(Data(1) with { Repeats = [new("a<b.png", [1], [2], [3])] });
        Assert.Contains("1 image rises", html, StringComparison.Ordinal);
        Assert.Contains("a&lt;b.png", html, StringComparison.Ordinal);
        Assert.Contains("--repeated-defects", html, StringComparison.Ordinal);
        Assert.Contains("no sign of a defect that repeats", Write(Data(1) with { Repeats = [] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.84, "840 ms")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(245, "4 min 05 s")]
    [InlineData(7620, "2 h 07 min")]
    public void Durations_are_for_people(double seconds, string text) =>
        Assert.Equal(text, ReportWriter.Duration(TimeSpan.FromSeconds(seconds)));

    private static ReportData Data(int images) => new(
        "flanges",
        new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero),
        Decision: DecisionRule.Of(Lines(images), new()),
        Scale: HeatScale.ByThreshold(0.4),
        Lines: Lines(images),
        Gallery: [.. Enumerable.Range(1, images).Select(rank => Image(rank, $"good/{rank}.png"))],
        Repeats: null,
        Skipped: [],
        Settings: [new("Backbone", "compact")],
        Machine: [new("musc", "0.1.0")],
        Phases: [new("Score", TimeSpan.FromSeconds(2))]);

    private static ImageResult[] Lines(int images) =>
        [.. Enumerable.Range(0, images).Select(i => new ImageResult($"good/{i}.png", 0.2 + (0.01 * i), 0.2 + (0.01 * i), images - i, 640, 480, null))];

    private static ReportImage Image(int rank, string name) => new(name, rank, 0.9 - (0.01 * rank), 0.4, 640, 480, [1, 2, 3], [4, 5, 6], $"overlays/{rank}.png");

    private static string Write(ReportData data)
    {
        using StringWriter output = new();
        ReportWriter.Write(data, output);
        return output.ToString();
    }

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Source();
}
