using System.Text.Json;

namespace MuSc.Features.Import.Checkpoints;

/// <summary>
/// What the JSON files beside a checkpoint say: Hugging Face's <c>config.json</c> and <c>preprocessor_config.json</c>, timm's
/// <c>config.json</c>, open_clip's <c>open_clip_config.json</c>. Of several files the first that says a thing counts.
/// </summary>
internal sealed class CheckpointConfig
{
    // Where the formats keep their values, from the most particular place to the most general one.
    private static readonly string[] s_scopes = ["vision_config", "model_cfg.vision_cfg", "model_cfg", "preprocess_cfg", "pretrained_cfg", "model_args", ""];
    private readonly List<JsonElement> _roots = [];

    /// <param name="paths">The files; none is fine.</param>
    /// <exception cref="ImportException">A file cannot be read or is not a JSON object.</exception>
    public CheckpointConfig(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
                _roots.Add(document.RootElement.ValueKind == JsonValueKind.Object
                    ? document.RootElement.Clone()
                    : throw new JsonException("it is not a JSON object"));
            }
            catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
            {
                throw new ImportException($"The config {path} cannot be used: {error.Message}", error);
            }
        }
    }

    public string? Text(params string[] names) => Find(names, JsonValueKind.String)?.GetString();

    public bool? Flag(string name) => (Find([name], JsonValueKind.True) ?? Find([name], JsonValueKind.False))?.GetBoolean();

    public int? Whole(params string[] names) => Find(names, JsonValueKind.Number) is { } value && value.TryGetInt32(out int number) ? number : null;

    /// <summary>A value for each of the three colours.</summary>
    /// <exception cref="ImportException">It is something else than three numbers.</exception>
    public Colour? Colour(params string[] names)
    {
        if (Find(names, JsonValueKind.Array) is not { } list)
        {
            return null;
        }

        JsonElement[] numbers = [.. list.EnumerateArray()];
        return numbers.Length == 3 && numbers.All(number => number.ValueKind == JsonValueKind.Number)
            ? new Colour(numbers[0].GetSingle(), numbers[1].GetSingle(), numbers[2].GetSingle())
            : throw new ImportException($"The config's '{names[0]}' is not three numbers: {list.GetRawText()}");
    }

    private JsonElement? Find(string[] names, JsonValueKind kind) =>
        (from root in _roots
         from scope in s_scopes
         from name in names
         let value = Enter(root, scope) is { } place && place.TryGetProperty(name, out JsonElement found) ? found : default
         where value.ValueKind == kind
         select (JsonElement?)value).FirstOrDefault();

    private static JsonElement? Enter(JsonElement root, string scope)
    {
        JsonElement place = root;
        foreach (string step in scope.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!place.TryGetProperty(step, out place) || place.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
        }

        return place;
    }
}
