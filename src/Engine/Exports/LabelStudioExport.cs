using System.Text.Json;

namespace MuSc.Engine.Exports;

/// <summary>
/// Label Studio's tasks with predictions (labelstud.io/guide/predictions): an image's mask as a brush, its decision as a choice, its score.
/// docs/exports.md has the labeling configuration that shows them.
/// </summary>
internal static class LabelStudioExport
{
    public static void Write(ExportedSet set, string imageUrl, Stream stream)
    {
        using Utf8JsonWriter json = new(stream, ExportedSet.Json);
        json.WriteStartArray();
        foreach (ExportedImage image in set.Images())
        {
            json.WriteStartObject();
            json.WriteStartObject("data");
            json.WriteString("image", imageUrl + PathRules.InAddress(image.Line.Name));
            json.WriteString("name", image.Line.Name);
            json.WriteEndObject();
            json.WriteStartArray("predictions");
            json.WriteStartObject();
            json.WriteString("model_version", "MuSc");
            json.WriteNumber("score", image.Line.Score!.Value);
            json.WriteStartArray("result");
            WriteResults(image, json);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
    }

    private static void WriteResults(ExportedImage image, Utf8JsonWriter json)
    {
        if (image.Line.Anomalous is not null)
        {
            Begin(image, "decision", "choices", json);
            WriteOne("choices", ExportedSet.Decision(image.Line), json);
            End(json);
        }

        if (image.Mask.Rows().Any())
        {
            Begin(image, "mask", "brushlabels", json);
            json.WriteString("format", "rle");
            json.WriteStartArray("rle");
            foreach (byte value in BrushRunLengths.Encode(image.Mask))
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
            WriteOne("brushlabels", "anomaly", json);
            End(json);
        }
    }

    private static void Begin(ExportedImage image, string tag, string type, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{tag}-{image.Row + 1}");
        json.WriteString("from_name", tag);
        json.WriteString("to_name", "image");
        json.WriteString("type", type);
        json.WriteNumber("original_width", image.Mask.Width);
        json.WriteNumber("original_height", image.Mask.Height);
        json.WriteNumber("image_rotation", 0);
        json.WriteStartObject("value");
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOne(string name, string value, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
