using System.Text.Encodings.Web;
using System.Text.Json;

namespace MuSc.Cli.Terminal;

/// <summary>Results for machines: JSON on standard output.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one JSON object, and a line end.</summary>
    public static void Write(Action<Utf8JsonWriter> content)
    {
        using Stream output = Console.OpenStandardOutput();
        using (Utf8JsonWriter json = new(output, Readable))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>Where a job stands.</summary>
    public static void WriteStatus(Utf8JsonWriter json, JobStatus status)
    {
        json.WriteString("job", status.Id);
        json.WriteString("state", status.State.ToString().ToLowerInvariant());
        json.WriteString("submitted", status.Submitted);
        if (status.Error is { } error)
        {
            json.WriteString("error", error);
        }
    }

    /// <summary>What a scoring job gave.</summary>
    public static void WriteResults(Utf8JsonWriter json, JobResults results)
    {
        json.WriteString("folder", Path.GetFullPath(results.Folder));
        json.WriteStartObject("seconds");
        foreach ((JobPhase phase, TimeSpan time) in results.PhaseTimes.OrderBy(entry => entry.Key))
        {
            json.WriteNumber(phase.ToString().ToLowerInvariant(), Math.Round(time.TotalSeconds, 3));
        }

        json.WriteEndObject();
        json.WriteStartArray("images");
        foreach (ImageResult image in results.Images)
        {
            json.WriteStartObject();
            json.WriteString("image", image.Name);
            if (image.Skipped is { } reason)
            {
                json.WriteString("status", "skipped");
                json.WriteString("reason", reason);
            }
            else
            {
                json.WriteString("status", "scored");
                json.WriteNumber("rank", image.Rank!.Value);
                json.WriteNumber("score", image.Score!.Value);
                json.WriteNumber("score_before_rscin", image.ScoreBefore!.Value);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
