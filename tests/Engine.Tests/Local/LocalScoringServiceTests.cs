using System.Text.Json;
using MuSc.Contracts;
using MuSc.Engine.Local;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Local;

public sealed class LocalScoringServiceTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_job_goes_through_its_phases_and_leaves_only_its_results()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 5);
        using LocalScoringService service = Service(new());
        string id = await service.SubmitAsync(Spec(images), CancellationToken.None);
        List<JobProgress> seen = [];
        await foreach (JobProgress progress in service.WatchAsync(id, CancellationToken.None))
        {
            seen.Add(progress);
        }

        JobResults results = await service.ResultsAsync(id, CancellationToken.None);
        Assert.Equal(images.Select(image => image.Name), results.Images.Select(line => line.Name));
        Assert.Equal([1, 2, 3, 4, 5], results.Images.Select(line => line.Rank!.Value).Order());
        Assert.All(results.Images, line => Assert.True(double.IsFinite(line.Score!.Value) && line.Width == 4 && line.Height == 3));
        Assert.Equal(Enum.GetValues<JobPhase>(), results.PhaseTimes.Keys.Order());
        Assert.Equal(JobPhase.Write, seen[^1].Phase);
        Assert.Equal(seen[^1].Total, seen[^1].Done);
        Assert.Equal(seen.Select(progress => progress.Phase).Order(), seen.Select(progress => progress.Phase));
        Assert.Equal([_temp.At("in"), _temp.At("out")], Directory.GetFileSystemEntries(_temp.Folder).Order());
        Assert.Equal(5, Directory.GetFiles(_temp.At("out", "maps"), "*.tiff").Length);
        Assert.True(File.Exists(_temp.At("out", "scores.csv")));
        Assert.Equal(JobState.Done, (await service.StatusAsync(id, CancellationToken.None)).State);
        Assert.Equal(id, Assert.Single(await service.ListAsync(CancellationToken.None)).Id);
    }

    [Fact]
    public async Task All_bad_images_are_named_before_any_work()
    {
        List<ImageFile> images = [.. SampleImages.Make(_temp, 3)];
        foreach (string bad in (string[])["broken.png", "empty.png"])
        {
            await File.WriteAllBytesAsync(_temp.At(bad), bad == "empty.png" ? [] : [1, 2, 3]);
            images.Add(new(bad, _temp.At(bad)));
        }

        FakeExtractor extractor = new();
        JobException error = await Assert.ThrowsAsync<JobException>(() => Run(Spec(images), extractor));
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains("2 of 5 images", error.Message, StringComparison.Ordinal);
        Assert.Contains(_temp.At("broken.png"), error.Message, StringComparison.Ordinal);
        Assert.Contains(_temp.At("empty.png"), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, extractor.Extracted);
        Assert.False(Directory.Exists(_temp.At("out")));

        JobResults results = await Run(Spec(images) with { SkipBad = true }, extractor);
        Assert.Equal(3, extractor.Extracted);
        Assert.Equal([null, null, null], results.Images.Take(3).Select(line => line.Skipped));
        Assert.All(results.Images.Skip(3), line => Assert.True(line.Skipped is not null && line.Score is null && line.Rank is null));
        Assert.Contains("skipped: the file is empty", await File.ReadAllTextAsync(_temp.At("out", "scores.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task References_score_but_have_no_line()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 1);
        IReadOnlyList<ImageFile> references = SampleImages.Make(_temp, 3, "ref", first: 10);
        JobResults results = await Run(Spec(images) with { References = references, Mode = ScoringMode.References }, new());
        Assert.Equal("00.png", Assert.Single(results.Images).Name);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 100)]
    public async Task Threads_and_blocks_do_not_change_a_bit(int threads, int block)
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 9);
        await Run(Spec(images) with { Output = new() { Folder = _temp.At("plain"), PatchScores = true } }, new());
        await Run(Spec(images) with { Threads = threads, BlockImages = block, Output = new() { Folder = _temp.At("other"), PatchScores = true } }, new());
        foreach (string file in (string[])["patch_scores.npy", "scores.csv", "maps/03.tiff"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(_temp.At("plain", file)), await File.ReadAllBytesAsync(_temp.At("other", file)));
        }
    }

    [Fact]
    public async Task Cancelling_leaves_nothing_behind()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 20);
        using ManualResetEventSlim reached = new();
        using ManualResetEventSlim go = new();
        FakeExtractor extractor = new(image =>
        {
            if (image.Name == "10.png")
            {
                reached.Set();
                go.Wait();
            }
        });
        using LocalScoringService service = Service(extractor);
        string id = await service.SubmitAsync(Spec(images), CancellationToken.None);
        reached.Wait();
        await service.CancelAsync(id, CancellationToken.None);
        go.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.ResultsAsync(id, CancellationToken.None));
        Assert.Equal(JobState.Cancelled, (await service.StatusAsync(id, CancellationToken.None)).State);
        Assert.Equal([_temp.At("in")], Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public async Task A_full_disk_is_a_resource_error_and_leaves_nothing_behind()
    {
        using LocalScoringService service = new(new LocalScoringOptions { Extractor = FakeExtractor.Factory(new()), Writers = [new FullDisk()] });
        string id = await service.SubmitAsync(Spec(SampleImages.Make(_temp, 3)), CancellationToken.None);
        JobException error = await Assert.ThrowsAsync<JobException>(() => service.ResultsAsync(id, CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal([_temp.At("in")], Directory.GetFileSystemEntries(_temp.Folder));
        JobStatus status = await service.StatusAsync(id, CancellationToken.None);
        Assert.Equal((JobState.Failed, error.Message), (status.State, status.Error));
    }

    [Fact]
    public async Task Resuming_extracts_only_what_is_new()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 4);
        FakeExtractor extractor = new();
        await Run(Spec(images) with { Resume = true }, extractor);
        Assert.Equal(4, extractor.Extracted);

        images = SampleImages.Make(_temp, 3, first: 4);
        ScoringJobSpec more = Spec(images) with { Resume = true, Output = new() { Folder = _temp.At("out"), Force = true } };
        await Run(more, extractor);
        Assert.Equal(7, images.Count);
        Assert.Equal(7, extractor.Extracted);
        using JsonDocument run = JsonDocument.Parse(await File.ReadAllTextAsync(_temp.At("out", "run.json")));
        Assert.Equal(4, run.RootElement.GetProperty("resumed").GetProperty("features").GetInt32());

        await Run(more with { Resume = false }, extractor);
        Assert.Equal(14, extractor.Extracted);
        Assert.Equal([_temp.At("in"), _temp.At("out")], Directory.GetFileSystemEntries(_temp.Folder).Order());
    }

    [Fact]
    public async Task A_resumed_run_says_which_features_it_makes_again()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 40);
        ScoringJobSpec spec = Spec(images) with { Resume = true, Threads = 2 };
        FakeExtractor broken = new(image => _ = image.Name == "37.png" ? throw new IOException("gone") : 0);
        await Assert.ThrowsAsync<IOException>(() => Run(spec, broken));
        File.WriteAllBytes(_temp.At(".out.musc-work", "features", "half.tokens.aside"), [1, 2, 3]);

        FakeExtractor extractor = new();
        JobResults results = await Run(spec, extractor);
        Assert.Equal(32, results.Resumed.Features);
        Assert.Equal(8, extractor.Extracted);
        Assert.Equal(8, results.Resumed.FeaturesAgain);
        Assert.Empty(Directory.GetFiles(_temp.At(".out.musc-work", "features"), "*.aside"));

        Assert.Equal((40, 0), await Again());

        async Task<(int, int)> Again()
        {
            JobResults again = await Run(spec with { Output = new() { Folder = _temp.At("out"), Force = true } }, extractor);
            return (again.Resumed.Features, again.Resumed.FeaturesAgain);
        }
    }

    [Fact]
    public async Task A_specification_that_is_wrong_is_refused_at_once()
    {
        using LocalScoringService service = Service(new());
        JobException error = await Assert.ThrowsAsync<JobException>(() => service.SubmitAsync(Spec([]), CancellationToken.None));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Empty(await service.ListAsync(CancellationToken.None));
        await Assert.ThrowsAsync<JobException>(() => service.StatusAsync("none", CancellationToken.None));
    }

    [Theory]
    [InlineData("backbone", "none-such", JobErrorKind.Input)]
    [InlineData("size", "225", JobErrorKind.Usage)]
    [InlineData("stages", "9", JobErrorKind.Usage)]
    public async Task Backbones_that_cannot_be_used_as_asked_are_errors_of_the_job(string what, string value, JobErrorKind kind)
    {
        // Told before the images are looked at, of which one is broken.
        await File.WriteAllBytesAsync(_temp.At("broken.png"), [1, 2, 3]);
        ScoringJobSpec spec = Spec([.. SampleImages.Make(_temp, 2), new("broken.png", _temp.At("broken.png"))]);
        spec = what switch
        {
            "backbone" => spec with { Backbone = value },
            "size" => spec with { Size = int.Parse(value) },
            _ => spec with { Stages = [int.Parse(value)] },
        };
        JobException error = await Assert.ThrowsAsync<JobException>(() => Run(spec, new()));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
    }

    [SharedTheory("golden")]
    [InlineData("small", "1_2_3")]
    [InlineData("small", "1_8_9")]
    [InlineData("odd", "1_2_3")]
    [InlineData("tiny", "1_2")]
    public async Task Token_jobs_give_the_scores_of_the_authors_code(string set, string windows)
    {
        using JsonDocument manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Shared.At("golden", set, "manifest.json")));
        int size = manifest.RootElement.GetProperty("size").GetInt32();
        JobResults results = await Run(new()
        {
            TokensFile = Shared.At("golden", set, "tokens.npy"),
            ClassTokensFile = Shared.At("golden", set, "class_tokens.npy"),
            Degrees = [.. manifest.RootElement.GetProperty("degrees").EnumerateArray().Select(degree => degree.GetInt32())],
            Windows = [.. windows.Split('_').Select(int.Parse)],
            Size = size,
            Output = new() { Folder = _temp.At("out"), Maps = MapFormat.Npy },
        }, new());

        Close("patch_scores", NpyFile.ReadDoubles(_temp.At("out", "patch_scores.npy")));
        Close("image_scores_before_rscin", [.. results.Images.Select(line => line.ScoreBefore!.Value)]);
        Close("image_scores_rscin_" + windows, [.. results.Images.Select(line => line.Score!.Value)]);
        Close("anomaly_maps", [.. results.Images.SelectMany(line => NpyFile.ReadDoubles(_temp.At("out", "maps", line.Name + ".npy")))]);
        Assert.Equal("0", results.Images[0].Name);

        void Close(string name, double[] actual)
        {
            double[] expected = NpyFile.ReadDoubles(Shared.At("golden", set, name + ".npy"));
            Assert.Equal(expected.Length, actual.Length);
            Assert.InRange(expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max(), 0, 1e-5);
        }
    }

    private static LocalScoringService Service(FakeExtractor extractor) => new(new LocalScoringOptions { Extractor = FakeExtractor.Factory(extractor) });

    private static async Task<JobResults> Run(ScoringJobSpec spec, FakeExtractor extractor)
    {
        using LocalScoringService service = Service(extractor);
        return await service.ResultsAsync(await service.SubmitAsync(spec, CancellationToken.None), CancellationToken.None);
    }

    private ScoringJobSpec Spec(IReadOnlyList<ImageFile> images) => new()
    {
        Images = images,
        Threads = 2,
        Output = new() { Folder = _temp.At("out") },
    };

    private sealed class FullDisk : IResultWriter
    {
        public int Units(ScoredImages scored) => 1;

        public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
            => File.WriteAllText("/dev/full", "x");
    }
}
