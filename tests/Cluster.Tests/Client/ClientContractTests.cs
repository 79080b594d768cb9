using System.IO.Pipelines;
using System.Security.Cryptography;
using MessagePack;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains.Messages;

namespace MuSc.Cluster.Tests.Client;

/// <summary>What <see cref="MuScClient"/> promises, whether it comes by Orleans or by HTTP.</summary>
public sealed class ClientContractTests(ServedSet served) : IClassFixture<ServedSet>
{
    private static CancellationToken Never => CancellationToken.None;

    [Theory, InlineData(Door.Gateway), InlineData(Door.Http)]
    public async Task Sets_AreMadeFilledChangedListedAndDeleted(Door door)
    {
        MuScClient client = served[door];
        string id = $"set-{door}";
        NewImageSet given = new() { Name = "Teile ä", Metadata = new Dictionary<string, string> { ["Linie"] = "7" }, Owner = door == Door.Gateway ? "local" : null };
        Assert.True(await client.CreateSetAsync(id, given, Never));
        Assert.False(await client.CreateSetAsync(id, given, Never));
        await RefusedAsync(JobErrorKind.Conflict, () => client.CreateSetAsync(id, given with { Name = "another" }, Never));

        Assert.True((await PutAsync(client, id, "a/ö %20.png", [1, 2, 3])).IsNew);
        Assert.False((await PutAsync(client, id, "a/ö %20.png", [1, 2, 3])).IsNew);
        await RefusedAsync(JobErrorKind.Conflict, () => PutAsync(client, id, "a/ö %20.png", [4]));
        AddedImage replaced = await PutAsync(client, id, "a/ö %20.png", [4], new() { Replace = true });
        Assert.Equal(("a/ö %20.png", 1, Digest([4])), (replaced.Image.Name, replaced.Image.Bytes, replaced.Image.Sha256));
        await PutAsync(client, id, "b", new byte[3_000_000], new() { Sha256 = Digest(new byte[3_000_000]) });
        await PutAsync(client, id, "empty", []);
        await using (Stream stream = PipeReader.Create(new([7, 8])).AsStream())
        {
            Assert.Equal(Digest([7, 8]), (await client.PutImageAsync(id, "c", stream, new(), Never)).Image.Sha256);
        }

        Assert.NotEqual(JobErrorKind.Resource, (await Assert.ThrowsAsync<JobException>(() => PutAsync(client, id, "d", [1], new() { Sha256 = Digest([2]) }))).Kind);
        await Assert.ThrowsAsync<JobException>(() => PutAsync(client, id, "../d", [1]));
        await RefusedAsync(JobErrorKind.NotFound, () => PutAsync(client, "nothing", "d", [1]));

        IReadOnlyList<SetImage> images = await client.SetImagesAsync(id, "", 3, Never);
        Assert.Equal(["a/ö %20.png", "b", "c"], images.Select(image => image.Name));
        Assert.Equal(new SetImage("empty", 0, Digest([])), Assert.Single(await client.SetImagesAsync(id, "c", 1_000, Never)));
        await client.DeleteImageAsync(id, "a/ö %20.png", Never);
        await RefusedAsync(JobErrorKind.NotFound, () => client.DeleteImageAsync(id, "a/ö %20.png", Never));

        ImageSet set = await client.SetAsync(id, Never);
        Assert.Equal((id, 3, 3_000_002L, "Teile ä", "7", "local"), (set.Id, set.Images, set.Bytes, set.Given.Name, set.Given.Metadata!["Linie"], set.Given.Owner));
        await client.CreateSetAsync($"{id}-later", new() { WithJob = true }, Never);
        IReadOnlyList<ImageSet> newest = await client.ListSetsAsync(new() { Limit = 1 }, Never);
        Assert.Equal(($"{id}-later", true), (Assert.Single(newest).Id, newest[0].Given.WithJob));
        IReadOnlyList<ImageSet> older = await client.ListSetsAsync(new() { After = new(newest[0].Created, newest[0].Id) }, Never);
        Assert.Contains(id, older.Select(each => each.Id));
        Assert.DoesNotContain($"{id}-later", older.Select(each => each.Id));

        foreach (string name in (string[])[id, $"{id}-later"])
        {
            await client.DeleteSetAsync(name, Never);
            await RefusedAsync(JobErrorKind.NotFound, () => client.SetAsync(name, Never));
            await RefusedAsync(JobErrorKind.NotFound, () => client.DeleteSetAsync(name, Never));
        }
    }

    [Theory, InlineData(Door.Gateway), InlineData(Door.Http)]
    public async Task Job_IsSubmittedOnceWatchedReadMarkedAndDeleted(Door door)
    {
        MuScClient client = served[door];
        string id = $"job-{door}";
        ScoringJobSpec spec = ServedSet.Job(await served.SendAsync(client));
        Assert.True(await client.SubmitAsync(spec, id, Never));
        Assert.False(await client.SubmitAsync(spec, id, Never));
        await RefusedAsync(JobErrorKind.Conflict, () => client.SubmitAsync(spec with { Seed = 1 }, id, Never));

        List<JobEvent> events = await client.EventsAsync(id, 0, Never).ToListAsync();
        Assert.Equal(events.Select(news => news.Number).Distinct().Order(), events.Select(news => news.Number));
        Assert.Equal(JobState.Done, events[^1].State);
        Assert.Empty(await client.EventsAsync(id, events[^1].Number, Never).ToListAsync());

        JobResults results = await client.ResultsAsync(id, Never);
        Assert.Equal(served.Expected, results.Images);
        Assert.Equal([JobPhase.Check, JobPhase.Extract, JobPhase.Score, JobPhase.Write], results.PhaseTimes.Keys.Order());
        Assert.EndsWith(Path.Combine("jobs", id, "results"), results.Folder, StringComparison.Ordinal);
        ResultLines lines = await client.LinesAsync(id, 1, 2, Never);
        Assert.Equal(5, lines.Total);
        Assert.Equal(served.Expected.Skip(1).Take(2), lines.Lines);
        ResultRow[] packed = MessagePackSerializer.Deserialize<ResultRow[]>(await client.ResultsMessagePackAsync(id, Never));
        Assert.Equal(served.Expected, packed.Select(row => row.ToResult()));

        JobStatus status = await client.StatusAsync(id, Never);
        Assert.Equal((id, JobState.Done, "Teile ä", new JobCounts(5, 5, 0)), (status.Id, status.State, status.Name, status.Counts));
        ScoringJobSpec settings = await client.SettingsAsync(id, Never);
        Assert.Equal((48, spec.Source, null, 2, "7"), (settings.Size, settings.Source, settings.ReferenceSource, settings.BlockImages, settings.Metadata!["Linie"]));
        Assert.Contains(id, (await client.ListAsync(new() { States = [JobState.Done] }, Never)).Select(job => job.Id));
        Assert.DoesNotContain(id, (await client.ListAsync(new() { States = [JobState.Queued, JobState.Failed] }, Never)).Select(job => job.Id));

        await ReadFilesAsync(client, id);

        string name = served.Named[1].Name;
        await client.MarkAsync(id, name, true, Never);
        Assert.Equal([KeyValuePair.Create(name, true)], await client.MarksAsync(id, Never));
        await RefusedAsync(JobErrorKind.NotFound, () => client.MarkAsync(id, "nothing", true, Never));
        Assert.Empty(await client.VerifyAsync(id, Never));
        Assert.InRange(await client.RebuildIndexAsync(Never), 1, 100);
        Assert.Equal("active", Assert.Single((await client.ClusterAsync(Never)).Silos).Status);

        await client.DeleteAsync(id, Never);
        await RefusedAsync(JobErrorKind.NotFound, () => client.StatusAsync(id, Never));
        await RefusedAsync(JobErrorKind.NotFound, () => client.DeleteAsync(id, Never));
    }

    [Theory, InlineData(Door.Gateway), InlineData(Door.Http)]
    public async Task Job_ThatIsCancelledFailsOrIsNotThere_IsReportedByItsKind(Door door)
    {
        MuScClient client = served[door];
        ScoringJobSpec spec = ServedSet.Job(await served.SendAsync(client));

        // At this size it would take hours.
        string job = await client.SubmitAsync(spec with { Size = 1536 }, Never);
        await RefusedAsync(JobErrorKind.Conflict, () => client.LinesAsync(job, 0, 1, Never));
        await RefusedAsync(JobErrorKind.Conflict, () => client.DeleteAsync(job, Never));
        await RefusedAsync(JobErrorKind.Conflict, () => client.DeleteSetAsync(spec.Source!.Set!, Never));
        await client.CancelAsync(job, Never);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ResultsAsync(job, Never));
        Assert.Equal(JobState.Cancelled, (await client.StatusAsync(job, Never)).State);

        await PutAsync(client, spec.Source!.Set!, "bad.png", [1, 2, 3]);
        string failed = await client.SubmitAsync(spec with { Seed = 2 }, Never);
        JobException error = await RefusedAsync(JobErrorKind.Input, () => client.ResultsAsync(failed, Never));
        Assert.Contains("\nbad.png: ", error.Message, StringComparison.Ordinal);
        Assert.Equal((JobErrorKind.Input, error.Message), ((await client.StatusAsync(failed, Never)).ErrorKind!.Value, (await client.StatusAsync(failed, Never)).Error));

        foreach (string nothing in (string[])["nothing", "no such/../job"])
        {
            await RefusedAsync(JobErrorKind.NotFound, () => client.StatusAsync(nothing, Never));
            await RefusedAsync(JobErrorKind.NotFound, () => client.CancelAsync(nothing, Never));
            await RefusedAsync(JobErrorKind.NotFound, () => client.EventsAsync(nothing, 0, Never).ToListAsync().AsTask());
        }

        await RefusedAsync(JobErrorKind.NotFound, () => client.SubmitAsync(spec with { Source = new() { Set = "nothing" } }, Never));
        await RefusedAsync(JobErrorKind.Usage, () => client.SubmitAsync(spec with { Windows = [0] }, Never));
        await RefusedAsync(JobErrorKind.Usage, () => client.SubmitAsync(spec with { Source = null }, Never));
    }

    private async Task ReadFilesAsync(MuScClient client, string id)
    {
        IReadOnlyList<StoredFile> files = await client.FilesAsync(id, Never);
        StoredFile largest = files.MaxBy(file => file.Bytes)!;
        await using Stream file = await client.OpenFileAsync(id, largest.Name, Never);
        Assert.Equal(largest.Bytes, file.Length);
        byte[] whole = await ReadAsync(file);
        Assert.Equal(largest.Bytes, whole.Length);
        file.Position = whole.Length - 3;
        Assert.Equal(whole[^3..], await ReadAsync(file));
        await RefusedAsync(JobErrorKind.NotFound, () => client.OpenFileAsync(id, "nothing", Never));
        await RefusedAsync(JobErrorKind.Usage, () => client.OpenFileAsync(id, "../record.json", Never));

        (string name, string path) = served.Named[1];
        Assert.Equal(await File.ReadAllBytesAsync(path), await ViewAsync(ImageView.Image));
        Assert.Equal("II*"u8.ToArray(), (await ViewAsync(ImageView.Map))[..3]);
        Assert.Equal("PNG"u8.ToArray(), (await ViewAsync(ImageView.Overlay))[1..4]);
        Assert.Equal("PNG"u8.ToArray(), (await ViewAsync(ImageView.Mask))[1..4]);
        Assert.NotEqual(await ViewAsync(ImageView.Mask, 0), await ViewAsync(ImageView.Mask, 1e9));
        Assert.Equal([0xff, 0xd8], (await ViewAsync(ImageView.Thumbnail))[..2]);
        await RefusedAsync(JobErrorKind.NotFound, () => client.OpenImageAsync(id, "nothing", ImageView.Image, null, Never));

        async Task<byte[]> ViewAsync(ImageView view, double? threshold = null)
        {
            await using Stream bytes = await client.OpenImageAsync(id, name, view, threshold, Never);
            return await ReadAsync(bytes);
        }
    }

    private static async Task<JobException> RefusedAsync(JobErrorKind kind, Func<Task> call)
    {
        JobException error = await Assert.ThrowsAsync<JobException>(call);
        Assert.Equal(kind, error.Kind);
        return error;
    }

    private static async Task<AddedImage> PutAsync(MuScClient client, string set, string name, byte[] bytes, PutOptions? options = null)
    {
        using MemoryStream stream = new(bytes);
        return await client.PutImageAsync(set, name, stream, options ?? new(), Never);
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using MemoryStream read = new();
        await stream.CopyToAsync(read);
        return read.ToArray();
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
