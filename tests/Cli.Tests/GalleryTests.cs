using System.Text.Json;

namespace MuSc.Cli.Tests;

/// <summary><c>--gallery</c> and <c>musc gallery</c>, as a person meets them.</summary>
public sealed class GalleryTests(SampleSet set) : IClassFixture<SampleSet>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gallery_grows_is_listed_checked_and_shrunk()
    {
        string[] images = [.. Directory.GetFiles(set.Images).Order(StringComparer.Ordinal)];
        (await Score("first", images[..9])).Expect(0);
        MuscProcess grown = (await Score("grown", images[9..])).Expect(0);
        Assert.Contains("12 images, 3 added, 0 left.", grown.Out, StringComparison.Ordinal);
        (await MuscProcess.RunAsync("score", set.Images, "--size", "48", "--out", _folder.At("full"), "--maps", "none", "--no-report")).Expect(0);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.At("full", "scores.csv")), await File.ReadAllBytesAsync(_folder.At("grown", "scores.csv")));

        JsonElement list = (await MuscProcess.RunAsync("gallery", "list", _folder.At("gallery"), "--json")).Expect(0).Json;
        Assert.Equal(images.Select(image => Path.GetFileName(image)), list.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("image").GetString()));
        Assert.Contains("12 images, all whole.", (await MuscProcess.RunAsync("gallery", "verify", _folder.At("gallery"))).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("11 images left.", (await MuscProcess.RunAsync("gallery", "remove", _folder.At("gallery"), Path.GetFileName(images[4]))).Expect(0).Out, StringComparison.Ordinal);

        MuscProcess one = (await Score("one", images[..1], "--read-only", "--json")).Expect(0);
        Assert.Equal(11, one.Json.GetProperty("gallery").GetProperty("images").GetInt32());
        Assert.Single(one.Json.GetProperty("images").EnumerateArray());
        string kept = Directory.GetFiles(_folder.At("gallery"), "00002", SearchOption.AllDirectories)[0];
        await File.WriteAllTextAsync(kept, "damaged");
        MuscProcess damaged = (await MuscProcess.RunAsync("gallery", "verify", _folder.At("gallery"))).Expect(3);
        Assert.StartsWith(Path.GetFileName(images[2]), damaged.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--read-only goes with --gallery", "--read-only")]
    [InlineData("--gallery-size goes with --gallery", "--gallery-size", "5")]
    [InlineData("lie in one another", "--gallery", "results/gallery")]
    [InlineData("there is no gallery", "--gallery", "nowhere", "--read-only")]
    [InlineData("leave out references", "--gallery", "g", "--subsets", "2")]
    public async Task What_does_not_go_together_is_refused(string why, params string[] options)
    {
        string[] given = [.. options.Select(option => option is "nowhere" or "g" or "results/gallery" ? _folder.At(option.Split('/')) : option)];
        MuscProcess refused = (await MuscProcess.RunAsync(["score", set.Images, "--out", _folder.At("results"), .. given])).Expect(2);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("results")));
    }

    [Fact]
    public async Task A_killed_job_leaves_the_gallery_as_before_or_complete()
    {
        string[] images = [.. Directory.GetFiles(set.Images).Order(StringComparer.Ordinal)];
        (await Score("first", images[..8])).Expect(0);
        string before = await File.ReadAllTextAsync(_folder.At("gallery", "gallery.json"));
        foreach (string moment in new[] { "Features", "Scoring" })
        {
            bool killed = false;
            await MuscProcess.RunAsync(Line("killed", images[8..]), started =>
            {
                if (!killed && started.Line.Contains(moment, StringComparison.OrdinalIgnoreCase))
                {
                    killed = true;
                    started.Process.Kill();
                }
            });
            string after = await File.ReadAllTextAsync(_folder.At("gallery", "gallery.json"));
            int there = after == before ? 8 : 12;
            Assert.Contains($"{there} images, all whole.", (await MuscProcess.RunAsync("gallery", "verify", _folder.At("gallery"))).Expect(0).Out, StringComparison.Ordinal);
        }

        (await Score("grown", images[8..])).Expect(0);
        Assert.Equal(12, (await MuscProcess.RunAsync("gallery", "list", _folder.At("gallery"), "--json")).Expect(0).Json.GetProperty("images").GetArrayLength());
        Assert.Single(Directory.GetDirectories(_folder.At("gallery")));
    }

    private Task<MuscProcess> Score(string results, string[] images, params string[] options) => MuscProcess.RunAsync(Line(results, images, options));

    private string[] Line(string results, string[] images, params string[] options) =>
    [
        "score", .. images, "--gallery", _folder.At("gallery"), "--size", "48", "--out", _folder.At(results), "--force", "--maps", "none", "--no-report", .. options,
    ];
}
