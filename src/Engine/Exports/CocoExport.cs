using System.Text.Json;

namespace MuSc.Engine.Exports;

/// <summary>COCO's annotations of objects (cocodataset.org, Data format): images, one category, an annotation a region.</summary>
internal static class CocoExport
{
    private const int Anomaly = 1;

    public static void Write(ExportedSet set, CocoSegmentation segmentation, Stream stream)
    {
        using Utf8JsonWriter json = new(stream, ExportedSet.Json);
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("description", "MuSc: anomalies found without labels");
        json.WriteEndObject();
        json.WriteStartArray("categories");
        json.WriteStartObject();
        json.WriteNumber("id", Anomaly);
        json.WriteString("name", "anomaly");
        json.WriteString("supercategory", "anomaly");
        json.WriteEndObject();
        json.WriteEndArray();
        WriteImages(set, json);
        json.WriteStartArray("annotations");
        int id = 0;
        foreach (ExportedImage image in set.Images())
        {
            foreach (MaskRegion region in MaskRegion.Of(image.Mask))
            {
                WriteRegion(image, region, ++id, segmentation, json);
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteImages(ExportedSet set, Utf8JsonWriter json)
    {
        json.WriteStartArray("images");
        for (int row = 0; row < set.Results.Scored.Count; row++)
        {
            ImageResult line = set.Results.Scored[row];
            (int width, int height) = set.SizeOf(line);
            json.WriteStartObject();
            json.WriteNumber("id", row + 1);
            json.WriteString("file_name", line.Name);
            json.WriteNumber("width", width);
            json.WriteNumber("height", height);
            json.WriteNumber("score", line.Score!.Value);
            json.WriteString("decision", ExportedSet.Decision(line));
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
    }

    private static void WriteRegion(ExportedImage image, MaskRegion region, int id, CocoSegmentation segmentation, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", image.Row + 1);
        json.WriteNumber("category_id", Anomaly);
        WriteNumbers("bbox", region.Box, json);
        json.WriteNumber("area", region.Area);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("score", image.Line.Score!.Value);
        if (segmentation == CocoSegmentation.Polygon)
        {
            json.WriteStartArray("segmentation");
            foreach (IReadOnlyList<int> polygon in region.Polygons())
            {
                WriteNumbers(null, polygon, json);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteStartObject("segmentation");
            WriteNumbers("size", [image.Mask.Height, image.Mask.Width], json);
            json.WriteString("counts", CocoRunLengths.Encode(region, image.Mask.Width, image.Mask.Height));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(string? name, IEnumerable<int> numbers, Utf8JsonWriter json)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (int number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
