using MuSc.Contracts;
using MuSc.Engine.Galleries;
using MuSc.Engine.Local;
using MuSc.Engine.Tests.Local;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tests.Galleries;

public sealed class GalleryTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private GalleryFolder Folder => new(_temp.At("gallery"));

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(Aggregation.Lnamd, Rescoring.Class, 1)]
    [InlineData(Aggregation.Lnamd, Rescoring.Class, 3)]
    [InlineData(Aggregation.Snamd, Rescoring.Salient, 2)]
    public async Task Images_that_join_give_the_bits_of_a_full_run(Aggregation aggregation, Rescoring rescoring, int threads)
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 40);
        ScoringJobSpec spec = Spec(images) with { Aggregation = aggregation, Rescoring = rescoring, Threads = threads, CheckRepeats = threads == 3, Windows = [1, 2] };
        JobResults full = await Run(spec);
        JobResults grown = full;
        foreach (Range part in (Range[])[new(0, 25), 25..29, 29..30, new(30, 40)])
        {
            FakeExtractor extractor = new();
            grown = await Run(spec with { Images = [.. images.Take(part)], Gallery = Gallery, BlockImages = 3 }, extractor);
            Assert.Equal(part.GetOffsetAndLength(40).Length, extractor.Extracted);
            Assert.Empty(Folder.Verify(_ => { }, CancellationToken.None));
        }

        Assert.Equal(full.Images, grown.Images);
        Assert.Equal(PatchScores("out"), PatchScores("grown"));
        Assert.Equal(full.Images.Select(image => (image.ScoreBefore, image.Score)), Folder.Manifest().Images.Select(image => ((double?)image.Score, (double?)image.FinalScore)));

        // Ten joined thirty.
        int maps = Folder.Manifest().Maps;
        Assert.Equal(maps * ((30 * 10) + (10 * 9 / 2)), grown.Gallery!.Pairs);
        Assert.Equal(maps * 40 * 39 / 2, grown.Gallery.AllPairs);
    }

    [Fact]
    public async Task Whoever_is_there_already_is_not_added_again()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 8);
        JobResults first = await Run(Spec(images) with { Gallery = Gallery });
        JobResults again = await Run(Spec([.. images.Skip(2).Take(3)]) with { Gallery = Gallery });
        Assert.Equal(first.Images, again.Images);
        Assert.Equal((8, 0, 0L), (again.Gallery!.Images, again.Gallery.Added, again.Gallery.Pairs));
    }

    [Fact]
    public async Task Another_image_of_the_same_name_gets_a_name_of_its_own()
    {
        await Run(Spec(SampleImages.Make(_temp, 4)) with { Gallery = Gallery });
        IReadOnlyList<ImageFile> tuesday = [.. SampleImages.Make(_temp, 4, "tuesday", first: 4).Select((image, at) => image with { Name = $"{at:00}.png" })];
        JobResults both = await Run(Spec(tuesday) with { Gallery = Gallery });
        Assert.Equal(["00.png", "01.png", "02.png", "03.png", "00~2.png", "01~2.png", "02~2.png", "03~2.png"], both.Images.Select(image => image.Name));
        Assert.Equal(0, (await Run(Spec(tuesday) with { Gallery = Gallery })).Gallery!.Added);
    }

    [Theory]
    [InlineData(20, 3)]
    [InlineData(9, 8)]
    [InlineData(12, 1)]
    public async Task The_newest_stay_and_score_as_if_the_others_had_never_been_there(int size, int arriving)
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 40);
        int first = 40 - (Math.Max(2, 12 / arriving) * arriving);
        long fewest = long.MaxValue;
        await Run(Spec([.. images.Take(first)]) with { Gallery = Gallery });
        for (int from = first; from < 40; from += arriving)
        {
            JobResults rolled = await Run(Spec([.. images.Skip(from).Take(arriving)]) with { Gallery = Gallery with { Size = size } });
            JobResults full = await Run(Spec([.. images.Take(from + arriving).TakeLast(size)]));
            Assert.Equal(full.Images, rolled.Images);
            Assert.Equal(PatchScores("out"), PatchScores("grown"));
            Assert.InRange(rolled.Gallery!.Pairs, 1, rolled.Gallery.AllPairs);
            fewest = Math.Min(fewest, rolled.Gallery.Pairs);
        }

        // Where few come and go, some know one another, and some do not any more.
        Assert.InRange(fewest, 1, 6L * size * (size - 1) / (arriving < 8 ? 3 : 2));
        Assert.Equal(images.TakeLast(size).Select(image => image.Name), Folder.Manifest().Images.Select(image => image.Name));
        Assert.Empty(Folder.Verify(_ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_removed_scores_nobody_any_more()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 27);
        await Run(Spec([.. images.Take(24)]) with { Gallery = Gallery });
        using (Folder.Change())
        {
            Assert.Equal(23, Folder.Remove(["17.png"]));
            Assert.Equal("17.png", Assert.Throws<JobException>(() => Folder.Remove(["17.png"])).Message.Split('\'')[1]);
        }

        // What is kept to spare makes up for it: no pair of images that stay is worked out again.
        JobResults left = await Run(Spec([.. images.Skip(24)]) with { Gallery = Gallery });
        JobResults full = await Run(Spec([.. images.Where(image => image.Name != "17.png")]));
        Assert.Equal(full.Images, left.Images);
        Assert.Equal(6L * ((23 * 3) + 3), left.Gallery!.Pairs);
        Assert.Equal(1, left.Gallery.Left);
    }

    [Fact]
    public async Task A_gallery_that_is_only_read_scores_each_image_as_if_it_alone_had_joined()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 20);
        await Run(Spec([.. images.Take(17)]) with { Gallery = Gallery });
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(Folder.Place, GalleryManifest.Name));
        JobResults read = await Run(Spec([.. images.Skip(17)]) with { Gallery = Gallery with { ReadOnly = true } });
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Folder.Place, GalleryManifest.Name)));
        Assert.Equal(["17.png", "18.png", "19.png"], read.Images.Select(image => image.Name));
        Assert.Equal((17, 0, 6L * 17 * 3), (read.Gallery!.Images, read.Gallery.Added, read.Gallery.Pairs));
        foreach (ImageFile image in images.Skip(17))
        {
            JobResults alone = await Run(Spec([.. images.Take(17), image]));
            Assert.Equal(alone.Images[^1].ScoreBefore, read.Images.Single(line => line.Name == image.Name).ScoreBefore);
            JobResults single = await Run(Spec([image]) with { Gallery = Gallery with { ReadOnly = true } });
            Assert.Equal(single.Images[0].Score, read.Images.Single(line => line.Name == image.Name).Score);
        }
    }

    [Fact]
    public async Task Other_settings_are_refused_with_the_difference_named()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 6);
        await Run(Spec([.. images.Take(4)]) with { Gallery = Gallery });
        ScoringJobSpec next = Spec([.. images.Skip(4)]) with { Gallery = Gallery };
        await Refused(next with { Degrees = [1, 3] }, "the method is 'lnamd 1,3,5' there and 'lnamd 1,3' in this job");
        await Refused(next with { Interval = IntervalRange.Parse("0%,50%") }, "the interval is '0%,30% mean' there and '0%,50% mean'");
        await Refused(next with { ApplyExif = true }, "turning by EXIF is 'no' there and 'yes'");
        await Refused(next with { Windows = [2] }, "rescoring is 'class 1,2,3' there and 'class 2'");
        await Refused(next with { Size = 112 }, "the size is");
        await Refused(next with { Gallery = new(_temp.At("in")) }, "holds no gallery");
        await Refused(next with { Gallery = new(_temp.At("none")) { ReadOnly = true } }, "there is no gallery");
        await Refused(next with { Gallery = new(_temp.At("grown", "gallery")) }, "lie in one another");
        await Refused(next with { Gallery = Gallery with { Size = 2, ReadOnly = true } }, "keeps its size");
        Assert.Equal(4, Folder.Manifest().Images.Count);
    }

    [Fact]
    public async Task A_job_that_fails_leaves_the_gallery_as_it_was()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 9);
        await Run(Spec([.. images.Take(6)]) with { Gallery = Gallery });
        GalleryManifest before = Folder.Manifest();
        await Assert.ThrowsAsync<IOException>(() => Run(Spec([.. images.Skip(6)]) with { Gallery = Gallery }, new(_ => throw new IOException("a disk fails"))));
        using (Folder.Change())
        {
            Assert.Equal("another job is changing this gallery", (await Assert.ThrowsAsync<JobException>(() => Run(Spec(images) with { Gallery = Gallery }))).Message.Split(": ")[1].Split(';')[0]);
        }

        Assert.Equal(before.Generation, Folder.Manifest().Generation);
        Assert.Empty(Folder.Verify(_ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task A_change_that_was_cut_off_is_made_again()
    {
        await Run(Spec(SampleImages.Make(_temp, 5)) with { Gallery = Gallery });
        GalleryManifest manifest = Folder.Manifest();
        string written = _temp.At("written");
        CopyTree(Folder.Of(manifest.Generation), written);
        using (Folder.Change())
        {
            // Part of it, without the file that names it.
            Directory.CreateDirectory(Path.Combine(Folder.Of("two"), "kept"));
            Folder.Remove(["03.png"]);
            Folder.Commit(written, manifest with { Generation = "two" }, manifest.Generation);
            Folder.Commit(written, manifest with { Generation = "two" }, manifest.Generation);
            Assert.Contains("another job has changed", Assert.Throws<JobException>(() => Folder.Commit(written, manifest with { Generation = "three" }, manifest.Generation)).Message, StringComparison.Ordinal);
        }

        Assert.Equal("two", Folder.Manifest().Generation);
        Assert.Equal(["00.png", "01.png", "02.png", "04.png"], Folder.Manifest().Present.Select(image => image.Name));
        Assert.Empty(Folder.Verify(_ => { }, CancellationToken.None));
        Assert.Equal([Folder.Of("two")], Directory.GetDirectories(Folder.Place));

        static void CopyTree(string from, string to)
        {
            foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
    }

    [Fact]
    public async Task Damage_is_found_and_named()
    {
        await Run(Spec(SampleImages.Make(_temp, 5)) with { Gallery = Gallery });
        GalleryManifest manifest = Folder.Manifest();
        string kept = Path.Combine(Folder.Of(manifest.Generation), "kept", "002", "00003");
        byte[] bytes = await File.ReadAllBytesAsync(kept);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(kept, bytes);
        File.Delete(Path.Combine(GalleryFolder.Features(Folder.Of(manifest.Generation)), manifest.Images[1].Sha256 + ".tokens"));
        Assert.Equal(["01.png", "03.png"], Folder.Verify(_ => { }, CancellationToken.None).Select(damage => damage.Image));
        JobException error = await Assert.ThrowsAsync<JobException>(() => Run(Spec(SampleImages.Make(_temp, 1, "more", first: 7)) with { Gallery = Gallery }));
        Assert.Equal(manifest.Generation, Folder.Manifest().Generation);
        Assert.True(error.Kind is JobErrorKind.Input or JobErrorKind.Resource);
    }

    [Fact]
    public async Task Whoever_reads_keeps_what_is_replaced_meanwhile()
    {
        IReadOnlyList<ImageFile> images = SampleImages.Make(_temp, 8);
        await Run(Spec([.. images.Take(5)]) with { Gallery = Gallery });
        string before = Folder.Of(Folder.Manifest().Generation);
        using (Folder.Reading())
        {
            await Run(Spec([.. images.Skip(5)]) with { Gallery = Gallery });
            Assert.True(Directory.Exists(before));
        }

        await Run(Spec(images) with { Gallery = Gallery });
        Assert.False(Directory.Exists(before));
        Assert.Equal(3, Directory.GetFileSystemEntries(Folder.Place).Length);
    }

    private GalleryOptions Gallery => new(Folder.Place);

    private async Task<JobResults> Run(ScoringJobSpec spec, FakeExtractor? extractor = null)
    {
        ScoringJobSpec apart = spec.Gallery is null ? spec : spec with { Output = spec.Output with { Folder = _temp.At("grown") } };
        using LocalScoringService service = new(new LocalScoringOptions { Extractor = FakeExtractor.Factory(extractor ?? new()) });
        return await service.ResultsAsync(await service.SubmitAsync(apart, CancellationToken.None), CancellationToken.None);
    }

    private async Task Refused(ScoringJobSpec spec, string why)
    {
        JobException error = await Assert.ThrowsAsync<JobException>(() => Run(spec));
        Assert.Equal(JobErrorKind.Usage, error.Kind);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private double[] PatchScores(string folder) => NpyFile.ReadDoubles(_temp.At(folder, "patch_scores.npy"));

    private ScoringJobSpec Spec(IReadOnlyList<ImageFile> images) => new()
    {
        Images = images,
        Threads = 2,
        Output = new() { Folder = _temp.At("out"), Force = true, PatchScores = true, Report = false, Overlays = false, Maps = MapFormat.None },
    };
}
