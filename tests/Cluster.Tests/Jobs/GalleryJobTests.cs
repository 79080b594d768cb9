using MuSc.Contracts;
using MuSc.Engine.Galleries;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Jobs with galleries on two silos in this process give what one machine gives, with galleries and without.</summary>
public sealed class GalleryJobTests : TwoSilos
{
    [Theory]
    [InlineData(ScoringMethod.MuSc)]
    [InlineData(ScoringMethod.MuScV2)]
    public async Task ImagesThatJoinAndLeave_GiveBitsOfOneMachine(string method)
    {
        ScoringJobSpec spec = ScoringMethod.Apply(method, Set.Spec with { BlockImages = 3, CheckRepeats = method == ScoringMethod.MuSc });
        foreach ((int first, int end, int size) in new[] { (0, 9, 0), (9, 12, 0), (9, 12, 0), (12, 15, 13) })
        {
            ScoringJobSpec next = spec with { Images = [.. Set.Spec.Images.Take(first..end)] };
            int? most = size == 0 ? null : size;
            JobResults results = await RunAsync(next with { Gallery = new("line3") { Size = most } });
            Assert.Equal(await Set.LocalAsync(next with { Gallery = new(Path.Combine(Root, "local")) { Size = most } }), results.Images);
            Assert.Equal(await Set.LocalAsync(spec with { Images = [.. Set.Spec.Images.Take(end).TakeLast(most ?? end)] }), results.Images);
        }

        GalleryManifest gallery = Folder.Manifest();
        Assert.Equal(new GalleryFolder(Path.Combine(Root, "local")).Manifest().Images.Select(image => image with { Added = default }), gallery.Images.Select(image => image with { Added = default }));
        Assert.Empty(Folder.Verify(_ => { }, CancellationToken.None));

        // Each as if it alone had joined; the gallery stays as it is.
        ScoringJobSpec read = spec with { Images = [.. Set.Spec.Images.Take(2)], CheckRepeats = false };
        if (method == ScoringMethod.MuScV2)
        {
            JobResults alone = await RunAsync(read with { Gallery = new("line3") { ReadOnly = true } });
            Assert.Equal(await Set.LocalAsync(read with { Gallery = new(Path.Combine(Root, "local")) { ReadOnly = true } }), alone.Images);
            Assert.Equal(gallery.Generation, Folder.Manifest().Generation);
        }
    }

    [Fact]
    public async Task GalleryOfSomebodyElse_OrOfOtherSettings_IsRefused()
    {
        ScoringJobSpec first = Set.Spec with { Images = [.. Set.Spec.Images.Take(4)], Gallery = new("line3"), Owner = "anna" };
        await RunAsync(first);
        JobException foreign = await Assert.ThrowsAsync<JobException>(() => Client.SubmitAsync(first with { Owner = "bert" }, CancellationToken.None));
        JobException none = await Assert.ThrowsAsync<JobException>(() => Client.SubmitAsync(first with { Gallery = new("line4") { ReadOnly = true } }, CancellationToken.None));
        Assert.Equal(foreign.Message, none.Message.Replace("line4", "line3", StringComparison.Ordinal));
        await Assert.ThrowsAsync<JobException>(() => Client.SubmitAsync(first with { Gallery = new("../line3") }, CancellationToken.None));
        JobException other = await Assert.ThrowsAsync<JobException>(() => RunAsync(first with { Degrees = [1] }));
        Assert.Contains("the method is 'lnamd 1,3,5' there and 'lnamd 1' in this job", other.Message, StringComparison.Ordinal);
        Assert.Equal("anna", Folder.Manifest().Owner);
    }

    [Fact]
    public async Task DamagedGallery_FailsTheJobAndStaysAsItIs()
    {
        ScoringJobSpec spec = Set.Spec with { Gallery = new("line3"), BlockImages = 3 };
        await RunAsync(spec with { Images = [.. Set.Spec.Images.Take(12)] });
        string generation = Folder.Manifest().Generation;
        await File.WriteAllTextAsync(Path.Combine(Folder.Of(generation), "kept", "004", "00007"), "damaged");
        JobException error = await Assert.ThrowsAsync<JobException>(() => RunAsync(spec with { Images = [.. Set.Spec.Images.Skip(12)] }));
        Assert.Contains("missing or damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(generation, Folder.Manifest().Generation);
    }

    [Fact]
    public async Task ViewsOfGallerysImages_AreThere()
    {
        await RunAsync(Set.Spec with { Images = [.. Set.Spec.Images.Take(6)], Gallery = new("line3") });
        string job = await Client.SubmitAsync(Set.Spec with { Images = [.. Set.Spec.Images.Skip(6)], Gallery = new("line3") }, CancellationToken.None);
        JobResults results = await Client.ResultsAsync(job, CancellationToken.None);
        Assert.Equal(15, results.Images.Count);
        await using Stream thumbnail = await Client.OpenImageAsync(job, Set.Spec.Images[0].Name, ImageView.Thumbnail, null, CancellationToken.None);
        Assert.Equal(1, await thumbnail.ReadAsync(new byte[1]));
        await Client.MarkAsync(job, Set.Spec.Images[0].Name, true, CancellationToken.None);
        Assert.True((await Client.MarksAsync(job, CancellationToken.None))[Set.Spec.Images[0].Name]);
    }

    private GalleryFolder Folder => new(Path.Combine(Root, "galleries", "line3"));
}
