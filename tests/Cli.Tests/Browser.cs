using System.Diagnostics;

namespace MuSc.Cli.Tests;

/// <summary>Chromium without a window, where there is one.</summary>
internal static class Browser
{
    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens a page, lets its scripts run, and gives the document as it then is.</summary>
    public static async Task<string> DumpAsync(string page, int width, string profile)
    {
        ProcessStartInfo info = new(Program!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={profile}", $"--window-size={width},900", "--dump-dom", new Uri(page).AbsoluteUri,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(info)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string document = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(document.Contains("</html>", StringComparison.Ordinal), $"Chromium gave no page: {await error}");
        return document;
    }
}

/// <summary>A test that needs a browser; it is skipped, and says so, where there is none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Program is null ? "There is no Chromium on the path." : null;
}

/// <summary>A theory that needs a browser; it is skipped, and says so, where there is none.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Browser.Program is null ? "There is no Chromium on the path." : null;
}
