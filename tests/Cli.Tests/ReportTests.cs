using System.Text.Json;
using System.Text.RegularExpressions;
using static System.Net.WebUtility;

namespace MuSc.Cli.Tests;

/// <summary><c>report.html</c> as the program wrote it, read as text and used in a browser.</summary>
public sealed partial class ReportTests(ScoredSet scored) : IClassFixture<ScoredSet>
{
    // Uses the page as a reader would, by its controls, and leaves what it saw in the document.
    private const string Reader = """
        <script>
        (() => {
          const seen = {}, byId = id => document.getElementById(id);
          const visible = () => [...document.querySelectorAll(".card")].filter(card => !card.hidden).map(card => card.dataset.name);
          const type = (id, value, kind) => { byId(id).value = value; byId(id).dispatchEvent(new Event(kind, { bubbles: true })); };
          seen.all = visible();
          type("search", "part 07", "input"); seen.found = visible();
          type("search", "nothing like that", "input"); seen.none = visible(); seen.nothing = !byId("nothing").hidden;
          type("search", "", "input"); type("sort", "name", "change"); seen.byName = visible();
          type("sort", "rank", "change"); type("least", "1000", "input"); seen.top = visible(); seen.status = byId("shown").textContent;
          type("least", "0", "input");
          document.querySelector(".card button").click();
          seen.viewer = byId("viewer").open; seen.first = byId("viewer-name").textContent;
          byId("viewer").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
          seen.second = byId("viewer-name").textContent; seen.overlay = byId("viewer-facts").querySelector("a").getAttribute("href");
          byId("close").click(); seen.closed = !byId("viewer").open;
          document.querySelector("input[name=view][value=both]").click(); seen.view = byId("gallery").dataset.view;
          seen.width = document.documentElement.scrollWidth; seen.window = window.innerWidth;
          const pre = document.createElement("pre"); pre.id = "seen"; pre.textContent = JSON.stringify(seen); document.body.append(pre);
        })();
        </script>
        </body>
        """;

    private string Html => File.ReadAllText(Path.Combine(scored.Results, "report.html"));

    [Fact]
    public void Nothing_is_fetched_from_anywhere()
    {
        Assert.All(Reference().Matches(Html), match => Assert.StartsWith("data:image/webp;base64,", match.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("://", Html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_overlay_that_is_linked_is_there()
    {
        MatchCollection links = Overlay().Matches(Html);
        Assert.Equal(12, links.Count);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(scored.Results, Uri.UnescapeDataString(HtmlDecode(link.Groups[1].Value))))));
    }

    [Fact]
    public void Settings_machine_and_times_are_told()
    {
        Assert.All(
            new[] { "Backbone", "compact", "96 pixels, 6 × 6 patches", "1, 3, 5", "0% to 30%, mean", "RsCIN windows", "Numeric profile", "Scores" },
            text => Assert.Contains(text, HtmlDecode(Html), StringComparison.Ordinal));
    }

    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task Page_can_be_searched_sorted_and_looked_through(int width)
    {
        using TempFolder folder = new();
        string page = folder.At("read.html");
        File.WriteAllText(page, Html.Replace("</body>", Reader, StringComparison.Ordinal));
        string document = await Browser.DumpAsync(page, width, folder.At("profile"));
        Match seen = Seen().Match(document);
        Assert.True(seen.Success, "The page's script did not come to its end.");
        JsonElement json = JsonDocument.Parse(HtmlDecode(seen.Groups[1].Value)).RootElement;

        string[] ranked = [.. ScoresRow.Read(scored.Results).OrderBy(row => row.Rank).Select(row => row.Image)];
        Assert.Equal(ranked, Names(json, "all"));
        Assert.Equal(["part-007.png"], Names(json, "found"));
        Assert.Empty(Names(json, "none"));
        Assert.True(json.GetProperty("nothing").GetBoolean());
        Assert.Equal(ranked.Order(StringComparer.Ordinal), Names(json, "byName"));
        Assert.Equal(ranked[..1], Names(json, "top"));
        Assert.Equal("1 of 12 images", json.GetProperty("status").GetString());
        Assert.True(json.GetProperty("viewer").GetBoolean());
        Assert.Equal(ranked[0], json.GetProperty("first").GetString());
        Assert.Equal(ranked[1], json.GetProperty("second").GetString());
        Assert.Equal($"overlays/{Path.ChangeExtension(ranked[1], ".png")}", json.GetProperty("overlay").GetString());
        Assert.True(json.GetProperty("closed").GetBoolean());
        Assert.Equal("both", json.GetProperty("view").GetString());
        Assert.InRange(json.GetProperty("width").GetInt32(), 1, json.GetProperty("window").GetInt32());
    }

    private static string[] Names(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    [GeneratedRegex("(?:src|href)=\"([^#\"][^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("data-overlay=\"([^\"]*)\"")]
    private static partial Regex Overlay();

    [GeneratedRegex("<pre id=\"seen\">(.*?)</pre>")]
    private static partial Regex Seen();
}
