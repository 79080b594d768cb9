using System.Text.Json;
using MuSc.Contracts.Http;
using MuSc.Engine.Report;

namespace MuSc.Web.Pages;

/// <summary>Numbers in words, as the pages have them; <c>text.js</c> has the same.</summary>
internal static class PageText
{
    /// <summary>Settings for people to read; characters that HTML would encode are left to it.</summary>
    public static JsonSerializerOptions Indented { get; } = new(ApiJson.Options)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Count(int count, string noun) => ReportWriter.Count(count, noun);

    public static string Duration(TimeSpan time) => ReportWriter.Duration(time);

    public static string Bytes(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return $"{value.ToString(unit == 0 || value >= 100 ? "0" : "0.0")} {units[unit]}";
    }

    /// <summary>How far a phase is, in one line.</summary>
    public static string Progress(ProgressResource progress) => string.Join(" · ", new[]
    {
        progress.Total > 0 ? $"{progress.Done:N0} of {progress.Total:N0}" : null,
        progress.RemainingSeconds is { } left ? $"{Duration(TimeSpan.FromSeconds(left))} left" : null,
        progress.Waits,
    }.OfType<string>());

    /// <summary>What a status is to styles and scripts.</summary>
    public static string State(JobWord status) => status switch
    {
        JobWord.Completed => "completed",
        JobWord.Failed => "failed",
        JobWord.Cancelled => "cancelled",
        _ => "active",
    };
}
