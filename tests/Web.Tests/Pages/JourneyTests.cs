using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MuSc.Web.Tests.Pages;

/// <summary>The ways of people through the pages.</summary>
[Collection(PagesCollection.Name)]
public sealed partial class JourneyTests(PagesServer server)
{
    [ChromiumFact]
    public async Task Folder_IsSentAndScored_AndItsTableDownloaded()
    {
        await using OpenPage open = await server.OpenAsync("/");
        IPage page = open.Page;
        await page.Locator("#folder").SetInputFilesAsync(server.Images);
        await Expect(page.Locator("#chosen")).ToContainTextAsync("24 images");
        await page.GetByLabel("Side in pixels").FillAsync("112");
        await Expect(page.Locator("[data-fact=side]")).ToHaveTextAsync("112 × 112 pixels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and score" }).ClickAsync();
        await page.WaitForURLAsync(JobUrl());
        // In the middle or not: a reload shows the same job.
        await page.ReloadAsync();
        await Expect(page.Locator(".card")).ToHaveCountAsync(24);
        Assert.Equal("images", await page.Locator("h1").InnerTextAsync());

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Scores (CSV)" }).ClickAsync());
        using StreamReader csv = new(await download.CreateReadStreamAsync());
        string table = await csv.ReadToEndAsync();
        Assert.StartsWith("image,", table, StringComparison.Ordinal);
        Assert.Equal(25, table.Trim().Split('\n').Length);
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task DroppedFiles_AreChosen_WithoutThoseThatAreNoImages()
    {
        await using OpenPage open = await server.OpenAsync("/");
        IPage page = open.Page;
        IJSHandle dropped = await page.EvaluateHandleAsync("""
            () => {
              const transfer = new DataTransfer();
              for (const name of ["a.png", "b.JPG", "notes.txt", ".hidden.png"]) transfer.items.add(new File(["x"], name));
              return transfer;
            }
            """);
        await page.DispatchEventAsync("#drop", "drop", new { dataTransfer = dropped });
        await Expect(page.Locator("#chosen")).ToHaveTextAsync("2 images, 2 bytes · 2 other files left out");
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task RunningJob_IsShownAndCancelled_AndDeletedFromTheList()
    {
        string job = await server.SubmitAsync(await server.SendAsync(), "large", size: 1120);
        await using OpenPage open = await server.OpenAsync($"/jobs/{job}");
        IPage page = open.Page;
        await Expect(page.Locator(".phases > li")).ToHaveCountAsync(4);
        await Expect(page.Locator(".phases > li.current")).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel large" }).ClickAsync();
        await Expect(page.Locator("#status")).ToHaveTextAsync("cancelled");

        await page.GotoAsync("/jobs?state=cancelled");
        ILocator row = page.Locator($"#job-{job}");
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete large" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        await Expect(row).ToBeVisibleAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete large" }).ClickAsync();
        await page.Locator("#confirm .danger").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task RunningJob_IsFollowed_OverARestartOfTheServer()
    {
        string job = await server.SubmitAsync(await server.SendAsync(), "patient", size: 224);
        await using OpenPage open = await server.OpenAsync($"/jobs/{job}");
        await open.Page.Locator(".phases > li.current").WaitForAsync();
        await server.RestartAsync();
        // The new silo waits until the old one is known to be dead.
        await Expect(open.Page.Locator(".card")).ToHaveCountAsync(24, new() { Timeout = 120_000 });
    }

    [ChromiumFact]
    public async Task Sending_ThatFailed_GoesOnWhereItWas()
    {
        const int Failing = 13, AtOnce = 4;
        await using OpenPage open = await server.OpenAsync("/");
        IPage page = open.Page;
        int sent = 0;
        await page.RouteAsync("**/v1/sets/*/images/*?replace=true", route => Interlocked.Increment(ref sent) == Failing
            ? route.FulfillAsync(new() { Status = 413, ContentType = "application/problem+json", Body = """{"detail":"The disk is full."}""" })
            : route.ContinueAsync());
        await page.Locator("#folder").SetInputFilesAsync(server.Images);
        await page.GetByLabel("Side in pixels").FillAsync("112");
        ILocator submit = page.GetByRole(AriaRole.Button, new() { Name = "Send and score" });
        await submit.ClickAsync();
        await Expect(page.Locator("#problem")).ToContainTextAsync("could not be sent: The disk is full. What was sent is kept");
        int before = sent;
        await submit.ClickAsync();
        await page.WaitForURLAsync(JobUrl());
        await Expect(page.Locator(".card")).ToHaveCountAsync(24);
        Assert.InRange(sent - before, 1, 24 - (Failing - AtOnce));
    }

    [ChromiumFact]
    public async Task Key_SignsIn_AndOut()
    {
        await using OpenPage open = await server.OpenAsync("/jobs", url: server.Locked);
        IPage page = open.Page;
        await page.GetByLabel("Key").FillAsync("musc_wrong");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "not accepted" })).ToBeVisibleAsync();
        await page.GetByLabel("Key").FillAsync(server.Key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Jobs", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".who")).ToContainTextAsync("alice");
        // The right to read everybody's is needed for it.
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Cluster" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("Key")).ToBeVisibleAsync();
        Assert.Empty(open.Errors);
    }

    [ChromiumFact]
    public async Task UnknownJob_IsExplained()
    {
        await using OpenPage open = await server.OpenAsync("/jobs/nothing");
        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Name = "Not found" })).ToBeVisibleAsync();
        await Expect(open.Page.Locator("main")).ToContainTextAsync("There is no job nothing");
    }

    [GeneratedRegex("/jobs/.+")]
    private static partial Regex JobUrl();
}
