using System.Text.Json;

namespace MuSc.Cli.Tests;

/// <summary><c>musc export</c> and <c>musc import-labels</c> on results of images with spaces and other letters in their names.</summary>
public sealed class ExportTests(ExportTests.ScoredSet scored) : IClassFixture<ExportTests.ScoredSet>
{
    [Theory]
    [InlineData("coco", "größe 1.json")]
    [InlineData("label-studio", "tasks.json")]
    [InlineData("csv-summary", "summary.csv")]
    public async Task File_is_written_once_and_replaced_by_force(string format, string file)
    {
        using TempFolder folder = new();
        string[] command = ["export", scored.Results, "--format", format, "--out", folder.At("new", file)];
        MuscProcess done = (await MuscProcess.RunAsync(command)).Expect(0);
        Assert.Contains("12 images exported", done.Out, StringComparison.Ordinal);
        byte[] written = await File.ReadAllBytesAsync(folder.At("new", file));
        Assert.Contains("--force", (await MuscProcess.RunAsync(command)).Expect(2).Error, StringComparison.Ordinal);
        (await MuscProcess.RunAsync([.. command, "--force"])).Expect(0);
        Assert.Equal(written, await File.ReadAllBytesAsync(folder.At("new", file)));
        Assert.Contains("bild ü", System.Text.Encoding.UTF8.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Regions_are_in_anomalous_images_alone()
    {
        using TempFolder folder = new();
        (await MuscProcess.RunAsync("export", scored.Results, "--format", "coco", "-o", folder.At("c.json"), "--segmentation", "polygon")).Expect(0);
        JsonElement coco = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("c.json"))).RootElement;
        HashSet<int> marked = [.. coco.GetProperty("annotations").EnumerateArray().Select(region => region.GetProperty("image_id").GetInt32())];
        Assert.Equal(4, marked.Count);
        Assert.All(coco.GetProperty("images").EnumerateArray(), image => Assert.Equal(
            marked.Contains(image.GetProperty("id").GetInt32()) ? "anomalous" : "normal", image.GetProperty("decision").GetString()));
    }

    [Fact]
    public async Task Fiftyone_has_heat_maps_and_images()
    {
        using TempFolder folder = new();
        string[] command = ["export", scored.Results, "--format", "fiftyone", "--out", folder.At("data set")];
        Assert.Contains("--images", (await MuscProcess.RunAsync(command)).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("no such image", (await MuscProcess.RunAsync([.. command, "--images", folder.Folder])).Expect(3).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Folder));
        (await MuscProcess.RunAsync([.. command, "--images", scored.Images])).Expect(0);
        JsonElement samples = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("data set", "samples.json"))).RootElement.GetProperty("samples");
        Assert.Equal(12, samples.GetArrayLength());
        Assert.All(samples.EnumerateArray(), sample =>
        {
            using NetVips.Image heat = NetVips.Image.NewFromFile(sample.GetProperty("anomaly_map").GetProperty("map_path").GetString()!);
            Assert.Equal((112, 112, 1), (heat.Width, heat.Height, heat.Bands));
            // T is the middle of the scale: 255 / 2.
            Assert.Equal(sample.GetProperty("decision").GetProperty("label").GetString() == "anomalous", heat.Max() > 127);
        });
    }

    [Theory]
    [InlineData(2, "no format", "--format", "yolo")]
    [InlineData(2, "--format")]
    [InlineData(3, "run.json is absent", "--format", "coco")]
    public async Task Folder_without_results_and_wrong_formats_are_refused(int code, string says, params string[] options)
    {
        using TempFolder folder = new();
        Assert.Contains(says, (await MuscProcess.RunAsync(["export", folder.Folder, .. options])).Expect(code).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_give_precision_and_recall()
    {
        using TempFolder folder = new();
        IReadOnlyList<ScoresRow> ranked = [.. ScoresRow.Read(scored.Results).OrderBy(row => row.Rank)];
        // Two of the four that are flagged are right, one is missed; one image is not there, and most have no label.
        ScoresRow[] flagged = [.. ranked.Where(row => row.Anomalous == true)], others = [.. ranked.Where(row => row.Anomalous == false)];
        await File.WriteAllTextAsync(folder.At("labels.csv"), string.Join('\n', (string[])[
            "image,label", $"{flagged[0].Image},anomalous", $"{flagged[1].Image},1", $"{flagged[2].Image},normal",
            $"{others[0].Image},true", $"{others[1].Image},0", $"{others[2].Image},", "kein bild.png,normal"]));
        string[] command = ["import-labels", scored.Results, "--labels", folder.At("labels.csv")];
        JsonElement json = (await MuscProcess.RunAsync([.. command, "--json"])).Expect(0).Json;
        Assert.Equal((3, 2), (json.GetProperty("anomalous").GetInt32(), json.GetProperty("normal").GetInt32()));
        Assert.Equal(2.0 / 3, json.GetProperty("decided").GetProperty("precision").GetDouble(), 1e-12);
        Assert.Equal(2.0 / 3, json.GetProperty("decided").GetProperty("recall").GetDouble(), 1e-12);
        Assert.Equal(BestF1([.. flagged[..3], .. others[..2]], [true, true, false, true, false]), json.GetProperty("best").GetProperty("f1").GetDouble(), 1e-12);
        Assert.Equal("kein bild.png", json.GetProperty("unknown")[0].GetString());
        MuscProcess text = (await MuscProcess.RunAsync(command)).Expect(0);
        Assert.Contains("Not among the scored images: kein bild.png", text.Out, StringComparison.Ordinal);
        Assert.Contains("Best threshold", text.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image,label\nx.png,maybe", "maybe")]
    [InlineData("name\nx.png", "columns")]
    [InlineData("image,label\nx.png,normal", "None of the 1 labels")]
    public async Task Labels_that_cannot_be_used_are_named(string table, string says)
    {
        using TempFolder folder = new();
        await File.WriteAllTextAsync(folder.At("labels.csv"), table);
        Assert.Contains(says, (await MuscProcess.RunAsync("import-labels", scored.Results, "--labels", folder.At("labels.csv"))).Expect(3).Error, StringComparison.Ordinal);
    }

    private static double BestF1(ScoresRow[] rows, bool[] truth) => rows.Max(at =>
    {
        bool[] flagged = [.. rows.Select(row => row.Before >= at.Before)];
        return 2.0 * flagged.Zip(truth).Count(pair => pair.First && pair.Second) / (flagged.Count(flag => flag) + truth.Count(label => label));
    });

    /// <summary>Results of twelve images, four of them flagged.</summary>
    public sealed class ScoredSet : IDisposable
    {
        private readonly TempFolder _folder = new();

        public ScoredSet()
        {
            using SampleSet set = new();
            Directory.CreateDirectory(Images);
            foreach (string file in Directory.EnumerateFiles(set.Images))
            {
                File.Copy(file, Path.Combine(Images, $"bild ü {Path.GetFileName(file)}"));
            }

            MuscProcess.RunAsync("score", Images, "--out", Results, "--size", "112", "--flag", "4").GetAwaiter().GetResult().Expect(0);
        }

        public string Images => _folder.At("my images");

        public string Results => _folder.At("my results");

        public void Dispose() => _folder.Dispose();
    }
}
