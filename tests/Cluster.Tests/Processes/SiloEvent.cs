using System.Text.Json;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>Something that a silo logged, as its JSON log has it.</summary>
/// <param name="Kind">The event's number.</param>
/// <param name="Job">The job, if it is about one.</param>
/// <param name="State">Everything that it names.</param>
public sealed record SiloEvent(int Kind, string? Job, JsonElement State)
{
    /// <summary>A silo coordinates a job.</summary>
    public const int Coordinates = 110;

    /// <summary>A step of a job failed and will be tried again.</summary>
    public const int HeldUp = 121;

    /// <summary>A block could not be extracted.</summary>
    public const int NotExtracted = 125;

    /// <summary>A block was extracted.</summary>
    public const int Extracted = 200;

    /// <summary>A tile is done.</summary>
    public const int TileDone = 320;

    /// <summary>A silo owns a block.</summary>
    public const int Owned = 400;

    /// <summary>Reads a line.</summary>
    /// <returns>The event; null where the line is cut off, as the last one of a process that was killed may be.</returns>
    public static SiloEvent? Parse(string line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }

        using JsonDocument read = document;
        JsonElement state = document.RootElement.TryGetProperty(nameof(State), out JsonElement named) ? named.Clone() : default;
        return new(
            document.RootElement.GetProperty("EventId").GetInt32(),
            state.ValueKind == JsonValueKind.Object && state.TryGetProperty(nameof(Job), out JsonElement job) ? job.GetString() : null,
            state);
    }

    /// <summary>A whole number that it names.</summary>
    public long Number(string name) => State.GetProperty(name).GetInt64();
}
