using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuSc.Engine.Results;

/// <summary>How JSON files of results look: snake_case, indented, words for enumerations, readable names of files.</summary>
internal static class ResultJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void Save<T>(string path, T value)
    {
        using FileStream file = File.Create(path);
        JsonSerializer.Serialize(file, value, Options);
    }
}
