using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MuSc.Web.Tests.Pages;

/// <summary>Every page can be used by everybody: contrast, names, narrow windows. And docs/pictures shows them.</summary>
[Collection(PagesCollection.Name)]
public sealed class LookTests(PagesServer server)
{
    private const string Variable = "MUSC_PICTURES";

    [ChromiumFact]
    public async Task EveryPage_HasNoSeriousFinding_InDarkAndLight()
    {
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await EachPageAsync(1280, scheme, async (name, page) =>
            {
                AxeResult result = await page.RunAxe();
                string found = string.Join('\n', result.Violations.Where(rule => rule.Impact is "serious" or "critical")
                    .Select(rule => $"{name}, {scheme}: {rule.Id}: {string.Join("; ", rule.Nodes.Select(node => node.Html))}"));
                Assert.True(found.Length == 0, found);
            });
        }
    }

    [ChromiumFact]
    public Task EveryPage_FitsANarrowWindow() => EachPageAsync(400, ColorScheme.Light, async (name, page) =>
    {
        int width = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(width <= 400, $"{name} is {width} pixels wide.");
    });

    /// <summary><c>MUSC_PICTURES=1 dotnet test --filter LookTests</c> writes docs/pictures.</summary>
    [ChromiumFact]
    public async Task Pictures_AreTaken_WhereAskedFor()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            return;
        }

        string folder = Path.Combine(Root(), "docs", "pictures");
        Directory.CreateDirectory(folder);
        foreach (int width in (int[])[1280, 400])
        {
            await EachPageAsync(width, ColorScheme.Light, (name, page) => page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png") }));
        }

        await EachPageAsync(1280, ColorScheme.Dark, (name, page) =>
            name == "job" ? page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-dark.png") }) : Task.CompletedTask);
    }

    private async Task EachPageAsync(int width, ColorScheme scheme, Func<string, IPage, Task> look)
    {
        await using OpenPage open = await server.OpenAsync("/", width, scheme);
        IPage page = open.Page;
        await page.Locator("#folder").SetInputFilesAsync(server.Images);
        await Expect(page.Locator("#estimate")).ToHaveAttributeAsync("aria-busy", "false");
        await look("start", page);

        string running = await server.SubmitAsync(await server.SendAsync(), "brackets of line 1", size: 1120);
        await page.GotoAsync($"/jobs/{running}");
        await page.Locator(".phases > li.current").WaitForAsync();
        await look("job-running", page);
        await page.GotoAsync("/jobs");
        await look("jobs", page);
        await server.Client.PostAsync(new Uri($"/v1/jobs/{running}:cancel", UriKind.Relative), null);

        await page.GotoAsync($"/jobs/{server.Done}");
        await page.Locator(".card img.overlay").First.WaitForAsync();
        // Five of the 24 have defects.
        await page.EvaluateAsync("() => { const slider = document.querySelector('.threshold'); slider.value = document.querySelectorAll('.card .score')[4].textContent - 0.04; slider.dispatchEvent(new Event('input')); }");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await look("job", page);
        await page.Locator(".card button").First.ClickAsync();
        await page.GetByLabel("Mask at the threshold").CheckAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await look("viewer", page);
        await page.GotoAsync("/cluster");
        await look("cluster", page);

        await page.GotoAsync($"{server.Locked}/sign-in?refused=true");
        await look("sign-in", page);
        Assert.Empty(open.Errors);
    }

    private static string Root()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MuSc.Distributed.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
