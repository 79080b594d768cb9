using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MuSc.Web.Tests.Pages;

/// <summary>A finished job's page: threshold, marks, keys, the viewer, many images.</summary>
[Collection(PagesCollection.Name)]
public sealed partial class JobPageTests(PagesServer server)
{
    [ChromiumFact]
    public async Task Threshold_MovedByKeys_RecountsAtOnce()
    {
        await using OpenPage open = await server.OpenAsync($"/jobs/{server.Done}");
        IPage page = open.Page;
        ILocator slider = page.GetByRole(AriaRole.Slider, new() { Name = "Threshold" });
        foreach (string key in (string[])["Home", "PageUp", "ArrowRight", "End"])
        {
            await slider.PressAsync(key);
            double threshold = await ThresholdAsync(page);
            int above = (await server.ScoresAsync()).Count(line => line.Peak >= threshold);
            await Expect(page.Locator("#shown")).ToContainTextAsync($"{above} of 24 images at or above {threshold.ToString("0.0000", CultureInfo.InvariantCulture)}");
            await Expect(page.Locator(".card.above")).ToHaveCountAsync(above);
        }

        // What the server says of the last one; the results stay as they are.
        await Expect(page.Locator("#decided")).ToContainTextAsync("By the given threshold, ");
        await slider.PressAsync("Home");
        string shown = await page.Locator("#shown").InnerTextAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("#shown")).ToHaveTextAsync(shown);
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task Marks_AreStored_AndGivePrecisionAndRecall()
    {
        (string Name, double Score, float Peak)[] scores = await server.ScoresAsync();
        float[] peaks = [.. scores.Take(4).Select(line => line.Peak)];
        double level = (peaks.Order().ElementAt(1) + peaks.Order().ElementAt(2)) / 2;
        string threshold = level.ToString("R", CultureInfo.InvariantCulture);
        await using OpenPage open = await server.OpenAsync($"/jobs/{server.Done}#threshold={threshold}");
        IPage page = open.Page;
        await page.Locator(".card button").First.FocusAsync();
        // The first and third are anomalous, the second and fourth are not; two of the four are flagged.
        foreach (string key in (string[])["2", "ArrowRight", "1", "ArrowRight", "2", "ArrowRight", "1"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await Expect(page.Locator("#shown")).ToContainTextAsync(Said(true, false, true, false));
        await Expect(page.Locator(".card[data-mark=anomalous]")).ToHaveCountAsync(2);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.ReloadAsync();
        await Expect(page.Locator("#shown")).ToContainTextAsync(Said(true, false, true, false));

        // The same again takes a mark back.
        await page.Locator(".card button").Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator("#shown")).ToContainTextAsync(Said(true, null, true, false));
        Assert.Empty(open.Errors);

        string Said(params bool?[] marks)
        {
            (bool Flagged, bool Anomalous)[] marked = [.. marks.Index().Where(mark => mark.Item is not null).Select(mark => (peaks[mark.Index] >= level, mark.Item!.Value))];
            double right = marked.Count(mark => mark.Flagged && mark.Anomalous);
            int flagged = marked.Count(mark => mark.Flagged);
            string precision = flagged > 0 ? (right / flagged).ToString("0.000", CultureInfo.InvariantCulture) : "–";
            return $"{marked.Length} images marked: precision {precision}, recall {(right / marked.Count(mark => mark.Anomalous)).ToString("0.000", CultureInfo.InvariantCulture)}";
        }
    }

    [ChromiumFact]
    public async Task Gallery_IsUsed_ByKeysAlone()
    {
        (string Name, double Score, float Peak)[] scores = await server.ScoresAsync();
        await using OpenPage open = await server.OpenAsync($"/jobs/{server.Done}");
        IPage page = open.Page;
        await page.Locator(".card").First.WaitForAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync(scores[2].Name.ToUpperInvariant());
        await Expect(page.Locator(".card")).ToHaveCountAsync(1);
        await page.Locator("#search").FillAsync("");
        await TabToAsync(page, ".card button");
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync(" ");
        await Expect(page.Locator("#gallery")).ToHaveAttributeAsync("data-view", "image");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#viewer-name")).ToHaveTextAsync(scores[1].Name);
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#viewer-name")).ToHaveTextAsync(scores[2].Name);
        await page.Keyboard.PressAsync(" ");
        await Expect(page.Locator("#viewer-opacity")).ToHaveValueAsync("0");
        await page.Keyboard.PressAsync("m");
        await Expect(page.Locator(".mask")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("+");
        await Expect(page.Locator(".stage")).ToHaveClassAsync(ZoomedClass());
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#viewer")).ToBeHiddenAsync();
        await Expect(page.Locator(".card").Nth(2).Locator("button")).ToBeFocusedAsync();
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task TenThousandImages_KeepTheDocumentSmall()
    {
        const int Count = 10_000;
        await using OpenPage open = await server.OpenAsync("/jobs");
        IPage page = open.Page;
        await page.RouteAsync("**/results", route => route.FulfillAsync(new()
        {
            ContentType = "application/x-ndjson",
            Body = string.Join('\n', Enumerable.Range(1, Count).Select(rank => string.Create(CultureInfo.InvariantCulture,
                $$"""{"image":"part {{rank}}.png","score":{{1 - (rank / 20_000.0)}},"score_before_rscin":0.5,"rank":{{rank}},"width":96,"height":96,"status":"scored","reason":null}"""))),
        }));
        await page.RouteAsync("**/images/**", route => route.FulfillAsync(new() { Status = 204 }));
        await page.GotoAsync($"/jobs/{server.Done}");
        await page.Locator(".card").First.FocusAsync();
        await page.Locator(".card button").First.PressAsync("End");
        ILocator last = page.Locator($".card[aria-posinset='{Count}'] button");
        await Expect(last).ToBeFocusedAsync();
        await Expect(last).ToBeInViewportAsync();
        Assert.InRange(await page.Locator(".card").CountAsync(), 1, 200);
        await page.Keyboard.PressAsync("Home");
        await Expect(page.Locator(".card[aria-posinset='1'] button")).ToBeFocusedAsync();
        Assert.Empty(open.Errors);
    }

    /// <summary>Presses Tab until what is chosen has the focus.</summary>
    private static async Task TabToAsync(IPage page, string selector)
    {
        for (int presses = 0; presses < 40; presses++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} is not reached by Tab.");
    }

    private static async Task<double> ThresholdAsync(IPage page) =>
        double.Parse(await page.Locator(".threshold").InputValueAsync(), CultureInfo.InvariantCulture);

    [GeneratedRegex("zoomed")]
    private static partial Regex ZoomedClass();
}
