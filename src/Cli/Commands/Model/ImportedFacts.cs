using System.Text.Json;
using MuSc.Features;
using MuSc.Features.Import;

namespace MuSc.Cli.Commands.Model;

/// <summary>What is said at the end of an import.</summary>
internal static class ImportedFacts
{
    public static void Write(ImportedBackbone imported, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json => WriteJson(json, imported));
        }
        else
        {
            FactTable.Write(Facts(imported), Consoles.Results());
        }
    }

    private static IEnumerable<(string Name, string Value)> Facts(ImportedBackbone imported)
    {
        yield return ("File", imported.Path);
        yield return ("Recognised as", imported.Family);
        yield return ("Size", $"{imported.Size} pixels; another size needs another import");
        for (int stage = 0; stage < imported.Stages.Count; stage++)
        {
            StageShape shape = imported.Stages[stage];
            yield return ($"Stage {stage + 1}", $"{shape.Grid} × {shape.Grid} patches, {shape.Channels} channels");
        }

        foreach ((string key, string value) in imported.Metadata)
        {
            yield return (key, value);
        }
    }

    private static void WriteJson(Utf8JsonWriter json, ImportedBackbone imported)
    {
        json.WriteString("file", Path.GetFullPath(imported.Path));
        json.WriteString("family", imported.Family);
        json.WriteNumber("size", imported.Size);
        json.WriteStartArray("stages");
        foreach (StageShape stage in imported.Stages)
        {
            json.WriteStartObject();
            json.WriteNumber("grid", stage.Grid);
            json.WriteNumber("channels", stage.Channels);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("metadata");
        foreach ((string key, string value) in imported.Metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
