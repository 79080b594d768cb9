using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Contracts.Http;

namespace MuSc.Cli.Terminal;

/// <summary>Results for machines: JSON on standard output.</summary>
internal static class JsonOutput
{
    // Names as in all files of results; what is null is left out.
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes an object's properties as one JSON object, and a line end.</summary>
    public static void Write(object value)
    {
        using Stream output = Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, value, Options);
        output.WriteByte((byte)'\n');
    }

    /// <summary>Where a job stands.</summary>
    public static object Of(JobStatus status) => new { Job = status.Id, State = Word(status.State), status.Submitted, status.Error };

    /// <summary>What a scoring job gave.</summary>
    /// <param name="results">Its results.</param>
    /// <param name="job">Its identifier in a cluster.</param>
    /// <param name="defective">Of the demonstration: how many images show a defect.</param>
    /// <param name="found">Of the demonstration: how many of as many images ranked first show one.</param>
    public static object Of(JobResults results, string? job = null, int? defective = null, int? found = null) => new
    {
        Job = job,
        Defective = defective,
        Found = found,
        Folder = Path.GetFullPath(results.Folder),
        Seconds = results.PhaseTimes.OrderBy(entry => entry.Key).ToDictionary(entry => Word(entry.Key), entry => Math.Round(entry.Value.TotalSeconds, 3)),
        Decision = results.Decision is { } decision ? DecisionResource.Of(decision) : null,
        results.Gallery,
        Images = results.Images.Select(image => new
        {
            Image = image.Name,
            Status = image.Skipped is null ? "scored" : "skipped",
            image.Rank,
            image.Score,
            ScoreBeforeRscin = image.ScoreBefore,
            Reason = image.Skipped,
            image.Anomalous,
            image.Margin,
            image.Rises,
        }),
    };

    /// <summary>A member of an enumeration.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
