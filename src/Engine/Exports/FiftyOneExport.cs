using System.Text.Json;
using MuSc.Engine.Files;
using MuSc.Engine.Overlays;
using MuSc.Engine.Results;
using MuSc.Features.Images;

namespace MuSc.Engine.Exports;

/// <summary>
/// FiftyOne's dataset (<c>fiftyone.types.FiftyOneDataset</c>) in the form without a version, of which the importer finds the fields by itself
/// (<c>LegacyFiftyOneDatasetImporter</c> of voxel51/fiftyone, fiftyone/utils/data/importers.py). It makes paths of images absolute, but not
/// those of masks and heat maps: all are absolute here.
/// </summary>
internal static class FiftyOneExport
{
    public static void Write(ExportedSet set, ExportOptions options)
    {
        string images = Path.GetFullPath(options.Images
            ?? throw new JobException(JobErrorKind.Usage, "FiftyOne shows the images themselves: name the folder below which they lie by --images."));
        using OutputFolder output = OutputFolder.Begin(options.Output, options.Force);
        DiskError.Name(options.Output, () =>
        {
            File.WriteAllText(Path.Combine(output.Aside, "metadata.json"), """{"media_type": "image", "info": {"description": "MuSc: anomalies found without labels"}}""");
            using FileStream file = File.Create(Path.Combine(output.Aside, "samples.json"));
            WriteSamples(set, images, output.Aside, Path.GetFullPath(options.Output), file);
        });
        output.Complete();
    }

    private static void WriteSamples(ExportedSet set, string images, string aside, string place, Stream stream)
    {
        using Utf8JsonWriter json = new(stream, ExportedSet.Json);
        HeatMaps? heatMaps = set.Results.HasMaps ? new(set.Results) : null;
        json.WriteStartObject();
        json.WriteStartArray("samples");
        foreach (ExportedImage image in set.Images())
        {
            string path = PathBelow.Of(images, image.Line.Name);
            if (!File.Exists(path))
            {
                throw new JobException(JobErrorKind.Input, $"{path}: there is no such image; name by --images the folder below which the images of {set.Results.Folder} lie.");
            }

            string stem = set.Results.Stems[image.Row];
            HardLink.MakeOrCopy(set.Results.MaskFile(image.Row), ResultStems.Place(aside, "masks", stem, ".png"));
            json.WriteStartObject();
            json.WriteString("filepath", path);
            json.WriteStartArray("tags");
            json.WriteEndArray();
            json.WriteNumber("anomaly_score", image.Line.Score!.Value);
            WriteLabel("decision", "Classification", "label", ExportedSet.Decision(image.Line), json);
            WriteLabel("anomaly_mask", "Segmentation", "mask_path", Path.Combine(place, "masks", stem + ".png"), json);
            if (heatMaps is not null)
            {
                heatMaps.Save(image.Row, ResultStems.Place(aside, "heatmaps", stem, ".png"));
                WriteLabel("anomaly_map", "Heatmap", "map_path", Path.Combine(place, "heatmaps", stem + ".png"), json);
            }

            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLabel(string field, string type, string name, string value, Utf8JsonWriter json)
    {
        json.WriteStartObject(field);
        json.WriteString("_cls", type);
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    // Grey, 8 bits, on the scale of the set's heat maps.
    private sealed class HeatMaps(FinishedResults results)
    {
        private readonly HeatScale _scale = HeatScale.Of(results.Decide(results.Decision).Set, results.Scored.Select(line => line.ScoreBefore!.Value));
        private readonly float[] _map = new float[results.Size * results.Size];
        private readonly byte[] _grey = new byte[results.Size * results.Size];

        public void Save(int row, string path)
        {
            results.ReadMap(row, _map);
            for (int pixel = 0; pixel < _map.Length; pixel++)
            {
                _grey[pixel] = (byte)Math.Round(byte.MaxValue * _scale.Heat(_map[pixel]));
            }

            File.WriteAllBytes(path, ImageEncoder.ToGrey(_grey, results.Size, results.Size));
        }
    }
}
