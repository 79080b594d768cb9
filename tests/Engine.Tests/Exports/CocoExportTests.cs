using System.Diagnostics;
using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Exports;

namespace MuSc.Engine.Tests.Exports;

/// <summary>100 masks are read back by decoders that were written from the format's text, and by pycocotools where it is.</summary>
public sealed class CocoExportTests(GeneratedResults generated) : IClassFixture<GeneratedResults>
{
    [Theory]
    [InlineData(CocoSegmentation.Rle)]
    [InlineData(CocoSegmentation.Polygon)]
    public void Masks_ReadBack_AreEqual(CocoSegmentation segmentation)
    {
        JsonElement coco = Export(segmentation);
        ILookup<int, JsonElement> regions = coco.GetProperty("annotations").EnumerateArray().ToLookup(region => region.GetProperty("image_id").GetInt32());
        Assert.Equal(100, coco.GetProperty("images").GetArrayLength());
        Assert.Contains("Größe 1/bild 1.jpg", coco.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("file_name").GetString()));
        for (int image = 0; image < 100; image++)
        {
            (_, int width, int height) = generated.Masks[image];
            bool[] all = new bool[width * height];
            foreach (JsonElement region in regions[image + 1])
            {
                bool[] pixels = Decode(region.GetProperty("segmentation"), width, height);
                Assert.Equal(pixels.Count(pixel => pixel), region.GetProperty("area").GetInt32());
                Assert.Equal(Box(pixels, width), region.GetProperty("bbox").EnumerateArray().Select(number => number.GetInt32()));
                Assert.DoesNotContain(true, pixels.Zip(all, (one, other) => one && other));
                all = [.. all.Zip(pixels, (one, other) => one || other)];
            }

            Assert.Equal(generated.Expected(image), all);
        }
    }

    [Fact]
    public void Regions_AreConnectedByCorners()
    {
        // A chessboard is one region; a ring around a ring is two; nothing is none.
        JsonElement[] regions = [.. Export(CocoSegmentation.Rle).GetProperty("annotations").EnumerateArray()];
        int Count(int image) => regions.Count(region => region.GetProperty("image_id").GetInt32() == image + 1);
        Assert.Equal([0, 1, 1, 2, 2, 1], Enumerable.Range(0, 6).Select(Count));
    }

    [PycocotoolsFact]
    public void Masks_ReadByPycocotools_AreEqual()
    {
        string file = generated.At("py.json"), masks = generated.At("py.masks");
        ResultsExport.Write(generated.Results, new(ExportFormat.Coco, file) { Force = true }, null, CancellationToken.None);
        File.WriteAllBytes(masks, [.. Enumerable.Range(0, 100).SelectMany(generated.Expected).Select(pixel => pixel ? (byte)1 : (byte)0)]);
        const string Script = """
            import sys, numpy as np
            from pycocotools.coco import COCO
            coco = COCO(sys.argv[1]); truth = np.fromfile(sys.argv[2], np.uint8); at = 0
            for image in coco.loadImgs(sorted(coco.getImgIds())):
                h, w = image['height'], image['width']
                found = np.zeros((h, w), np.uint8)
                for region in coco.loadAnns(coco.getAnnIds(image['id'])): found |= coco.annToMask(region)
                assert (found == truth[at:at + h * w].reshape(h, w)).all(), image['file_name']
                at += h * w
            assert at == len(truth)
            """;
        using Process python = Process.Start("python3", ["-c", Script, file, masks]);
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
    }

    [Fact]
    public void File_ThatExists_IsReplacedOnlyByForce()
    {
        string file = generated.At("taken.json");
        File.WriteAllText(file, "mine");
        JobException refused = Assert.Throws<JobException>(() => ResultsExport.Write(generated.Results, new(ExportFormat.Coco, file), null, CancellationToken.None));
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        ResultsExport.Write(generated.Results, new(ExportFormat.Coco, file) { Force = true }, null, CancellationToken.None);
        Assert.NotEqual("mine", File.ReadAllText(file));
    }

    private JsonElement Export(CocoSegmentation segmentation)
    {
        string file = generated.At($"{segmentation}.json");
        ResultsExport.Write(generated.Results, new(ExportFormat.Coco, file) { Segmentation = segmentation, Force = true }, null, CancellationToken.None);
        return JsonDocument.Parse(File.ReadAllText(file)).RootElement;
    }

    private static int[] Box(bool[] pixels, int width)
    {
        int[] marked = [.. Enumerable.Range(0, pixels.Length).Where(pixel => pixels[pixel])];
        (int left, int top) = (marked.Min(pixel => pixel % width), marked.Min(pixel => pixel / width));
        return [left, top, marked.Max(pixel => pixel % width) + 1 - left, marked.Max(pixel => pixel / width) + 1 - top];
    }

    private static bool[] Decode(JsonElement segmentation, int width, int height)
    {
        bool[] pixels = new bool[width * height];
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement polygon in segmentation.EnumerateArray())
            {
                Fill([.. polygon.EnumerateArray().Select(number => number.GetInt32())], pixels, width);
            }

            return pixels;
        }

        Assert.Equal([height, width], segmentation.GetProperty("size").EnumerateArray().Select(number => number.GetInt32()));
        int at = 0;
        bool marked = false;
        foreach (long length in Lengths(segmentation.GetProperty("counts").GetString()!))
        {
            for (int end = at + (int)length; at < end; at++)
            {
                pixels[(at % height * width) + (at / height)] = marked;
            }

            marked = !marked;
        }

        Assert.Equal(pixels.Length, at);
        return pixels;
    }

    // Groups of 5 bits, the lowest first, with a sign in the highest bit of the last; differences from the length before the last.
    private static List<long> Lengths(string counts)
    {
        List<long> lengths = [];
        for (int at = 0; at < counts.Length;)
        {
            (long value, int shift, int code) = (0, 0, 0x20);
            for (; (code & 0x20) != 0; shift += 5)
            {
                code = counts[at++] - 48;
                Assert.InRange(code, 0, 63);
                value += (long)(code & 0x1f) << shift;
            }

            value -= (code & 0x10) != 0 ? 1L << shift : 0;
            lengths.Add(lengths.Count > 2 ? value + lengths[^2] : value);
        }

        return lengths;
    }

    // A pixel is inside where a ray from its centre to the left crosses an odd number of edges.
    private static void Fill(int[] corners, bool[] pixels, int width)
    {
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            (double x, double y) = ((pixel % width) + 0.5, (pixel / width) + 0.5);
            bool inside = false;
            for (int at = 0; at < corners.Length; at += 2)
            {
                int next = (at + 2) % corners.Length;
                inside ^= corners[at] < x && corners[at + 1] > y != corners[next + 1] > y;
            }

            Assert.False(inside && pixels[pixel], "Polygons overlap.");
            pixels[pixel] |= inside;
        }
    }

    /// <summary>Skipped, and says so, where Python has no pycocotools.</summary>
    private sealed class PycocotoolsFactAttribute : FactAttribute
    {
        public PycocotoolsFactAttribute() => Skip = IsThere() ? null : "Python has no pycocotools.";

        private static bool IsThere()
        {
            try
            {
                using Process python = Process.Start(new ProcessStartInfo("python3", ["-c", "import pycocotools"]) { RedirectStandardError = true })!;
                python.StandardError.ReadToEnd();
                python.WaitForExit();
                return python.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
