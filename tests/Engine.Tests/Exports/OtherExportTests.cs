using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Exports;
using MuSc.Engine.Inputs;
using MuSc.Engine.Results;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Exports;

/// <summary>Label Studio's tasks and the summary are read back, as well as FiftyOne's dataset.</summary>
public sealed class OtherExportTests(GeneratedResults generated) : IClassFixture<GeneratedResults>
{
    [Fact]
    public void LabelStudio_BrushesReadBack_AreEqual()
    {
        string file = generated.At("tasks.json");
        ResultsExport.Write(generated.Results, new(ExportFormat.LabelStudio, file) { ImageUrl = "https://files.example/" }, null, CancellationToken.None);
        JsonElement[] tasks = [.. JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray()];
        Assert.Equal(100, tasks.Length);
        Assert.Equal("https://files.example/Gr%C3%B6%C3%9Fe%201/bild%201.jpg", tasks[1].GetProperty("data").GetProperty("image").GetString());
        for (int image = 0; image < tasks.Length; image++)
        {
            bool[] expected = generated.Expected(image);
            JsonElement prediction = tasks[image].GetProperty("predictions")[0];
            Assert.Equal(0.5, prediction.GetProperty("score").GetDouble());
            JsonElement[] results = [.. prediction.GetProperty("result").EnumerateArray()];
            Assert.Equal(
                generated.Masks[image].Mask.Contains(true) ? "anomalous" : "normal", results[0].GetProperty("value").GetProperty("choices")[0].GetString());
            JsonElement brush = results.SingleOrDefault(result => result.GetProperty("type").GetString() == "brushlabels");
            Assert.Equal(expected.Contains(true), brush.ValueKind == JsonValueKind.Object);
            if (brush.ValueKind == JsonValueKind.Object)
            {
                Assert.Equal(generated.Masks[image].Width, brush.GetProperty("original_width").GetInt32());
                byte[] values = Decode([.. brush.GetProperty("value").GetProperty("rle").EnumerateArray().Select(value => value.GetByte())]);
                Assert.Equal(expected.SelectMany(pixel => Enumerable.Repeat(pixel ? (byte)255 : (byte)0, 4)), values);
            }
        }
    }

    [Fact]
    public void Summary_SaysWhatIsMarked()
    {
        string file = generated.At("summary.csv");
        ResultsExport.Write(generated.Results, new(ExportFormat.CsvSummary, file), null, CancellationToken.None);
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Parse(File.ReadAllText(file));
        Assert.Equal(101, rows.Count);
        Assert.Equal(["Größe 0/bild 0.jpg", "normal", "0.5", "0.5", "0", "", "", "", "", ""], rows[1]);
        Assert.Equal(["Größe 1/bild 1.jpg", "anomalous", "0.5", "0.5", "1", "1", "0", "0", "24", "24"], rows[2]);
        Assert.Equal(["Größe 0/bild 3.jpg", "anomalous", "0.5", "0.5", "2", $"{104.0 / 576:R}", "5", "5", "15", "15"], rows[4]);
    }

    [Fact]
    public void FiftyOne_PathsAreThere()
    {
        using TempFolder images = new();
        generated.Results.Scored.ToList().ForEach(line => images.Touch(line.Name));
        string folder = generated.At("dataset");
        ExportOptions options = new(ExportFormat.FiftyOne, folder) { Images = images.Folder };
        ResultsExport.Write(generated.Results, options, null, CancellationToken.None);
        JsonElement[] samples = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "samples.json"))).RootElement.GetProperty("samples").EnumerateArray()];
        Assert.Equal(100, samples.Length);
        Assert.All(samples, sample => Assert.True(File.Exists(sample.GetProperty("filepath").GetString())));
        for (int image = 0; image < samples.Length; image++)
        {
            JsonElement mask = samples[image].GetProperty("anomaly_mask");
            Assert.Equal("Segmentation", mask.GetProperty("_cls").GetString());
            float[] pixels = ScoreMapDecoder.Decode(mask.GetProperty("mask_path").GetString()!).Scores;
            Assert.Equal(generated.Masks[image].Mask, pixels.Select(pixel => pixel > 0));
        }

        Assert.Throws<JobException>(() => ResultsExport.Write(generated.Results, options, null, CancellationToken.None));
        ResultsExport.Write(generated.Results, options with { Force = true }, null, CancellationToken.None);
    }

    [Fact]
    public void Mask_AbsentOrDamaged_IsNamedAndNothingStays()
    {
        using GeneratedResults other = new();
        string mask = other.Results.MaskFile(7);
        File.WriteAllBytes(mask, File.ReadAllBytes(mask)[..40]);
        Assert.Contains("bild 7.png", Assert.Throws<ImageFileException>(Export).Message, StringComparison.Ordinal);
        File.WriteAllBytes(mask, ImageEncoder.ToMask(new bool[4], 2, 2));
        Assert.Contains("2 × 2", Assert.Throws<JobException>(Export).Message, StringComparison.Ordinal);
        File.Delete(mask);
        Assert.Contains("musc decide", Assert.Throws<JobException>(Export).Message, StringComparison.Ordinal);
        Assert.Equal(["masks", "run.json", "scores.csv"], Directory.GetFileSystemEntries(other.Results.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        void Export() => ResultsExport.Write(FinishedResults.Open(other.Results.Folder), new(ExportFormat.Coco, other.At("out.json")), null, CancellationToken.None);
    }

    // 32 bits: how many values; 5: bits of a value less 1; 4 times 4: bits of lengths less 1. Then runs: whether one value is repeated,
    // which length (2 bits), the length less 1, the value or values.
    private static byte[] Decode(byte[] stream)
    {
        int at = 0;
        byte[] values = new byte[Read(32)];
        int word = Read(5) + 1;
        int[] sizes = [Read(4) + 1, Read(4) + 1, Read(4) + 1, Read(4) + 1];
        for (int done = 0; done < values.Length;)
        {
            bool repeated = Read(1) == 1;
            int end = done + 1 + Read(sizes[Read(2)]);
            for (int value = repeated ? Read(word) : 0; done < end; done++)
            {
                values[done] = (byte)(repeated ? value : Read(word));
            }
        }

        Assert.InRange((stream.Length * 8) - at, 0, 7);
        return values;

        int Read(int bits)
        {
            int value = 0;
            for (int bit = 0; bit < bits; bit++, at++)
            {
                value = (value << 1) | ((stream[at / 8] >> (7 - (at % 8))) & 1);
            }

            return value;
        }
    }
}
