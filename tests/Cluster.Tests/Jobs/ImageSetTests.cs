using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using MuSc.Grains.Storage;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Sets of images that are sent to a cluster: whole or not at all, within limits, each file once, and gone when nobody needs them.</summary>
public sealed class ImageSetTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Bytes = [1, 2, 3, 4, 5];
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    private readonly TempFolder _temp = new();
    private readonly TaskCompletionSource _checked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _checks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InProcessTestCluster _cluster = null!;

    private MuScClient Client => new ClusterClient(_cluster.Client);

    private IImageSetGrain Set => _cluster.Client.GetGrain<IImageSetGrain>("s");

    private SetFolder Folder => new(_temp.At("root"), "s");

    public async Task InitializeAsync()
    {
        _cluster = await StartAsync();
        await Client.CreateSetAsync("s", new NewImageSet(), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        _checked.TrySetResult();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task ImageThatArrivedDamaged_IsForgottenAndCanBeSentAgain()
    {
        await Set.WriteAsync("p", 0, Bytes[..4], CancellationToken.None);
        JobException error = await RefusedAsync(() => CompleteAsync("p", "a/b.png"));
        Assert.Contains($"4 bytes of 'a/b.png' with the SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Bytes.AsSpan(0, 4)))}; its sender says 5 bytes and {Digest}", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Folder.Parts));

        await Set.WriteAsync("p", 2, Bytes[2..], CancellationToken.None);
        await Set.WriteAsync("p", 0, Bytes[..2], CancellationToken.None);
        Assert.Empty(Directory.EnumerateFiles(Folder.Images));
        AddedImage added = await CompleteAsync("p", "a/b.png");
        Assert.True(added.IsNew);
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(added.File.Path));

        // The same again changes nothing, another under its name is refused unless it is to replace it.
        Assert.False((await CompleteAsync("p", "a/b.png")).IsNew);
        await Set.WriteAsync("q", 0, [9], CancellationToken.None);
        SetImage other = new("a/b.png", 1, Convert.ToHexStringLower(SHA256.HashData([9])));
        Assert.Equal(JobErrorKind.Conflict, (await RefusedAsync(() => Set.CompleteAsync("q", other, replace: false, CancellationToken.None))).Kind);
        await Set.WriteAsync("q", 0, [9], CancellationToken.None);
        await Set.CompleteAsync("q", other, replace: true, CancellationToken.None);
        Assert.Equal([other], await Set.ImagesAsync("", 10, CancellationToken.None));
        Assert.False(File.Exists(added.File.Path));
        await RefusedAsync(() => Set.CompleteAsync("q", other with { Sha256 = "\u001b[2J" }, replace: false, CancellationToken.None));
        await RefusedAsync(() => CompleteAsync("never", "c.png"));
    }

    [Fact]
    public async Task SameBytesInTwoSets_AreOneFile()
    {
        AddedImage one = await PutAsync("s", "a.png", Bytes);
        await Client.CreateSetAsync("other", new(), CancellationToken.None);
        AddedImage two = await PutAsync("other", "b.png", Bytes);
        Assert.NotEqual(one.File.Path, two.File.Path);
        string blob = Assert.Single(Directory.EnumerateFiles(SetFolder.Blobs(_temp.At("root")), "*", SearchOption.AllDirectories));
        Assert.Equal(3, Links(blob));

        await Client.DeleteSetAsync("s", CancellationToken.None);
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(two.File.Path));
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(2));
        Assert.True(File.Exists(blob));
        await Client.DeleteImageAsync("other", "b.png", CancellationToken.None);
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(4));
        Assert.False(File.Exists(blob));
    }

    [Fact]
    public async Task SetThatAJobUses_CannotBeChangedAndStaysAfterIt()
    {
        using TestSet set = TestSet.Synthetic(3, 48);
        ScoringJobSpec sent = await SendAsync(set.Spec);
        string job = await Client.SubmitAsync(sent, CancellationToken.None);
        await _checks.Task;
        foreach (Func<Task> change in new Func<Task>[]
        {
            () => Client.DeleteSetAsync("s", CancellationToken.None),
            () => Client.DeleteImageAsync("s", set.Spec.Images[0].Name, CancellationToken.None),
        })
        {
            JobException error = await RefusedAsync(change);
            Assert.Equal(JobErrorKind.Conflict, error.Kind);
            Assert.Contains(job, error.Message, StringComparison.Ordinal);
        }

        _checked.SetResult();
        Assert.Equal(await set.LocalAsync(), (await Client.ResultsAsync(job, CancellationToken.None)).Images);
        using MemoryStream image = new();
        await using (Stream bytes = await Client.OpenImageAsync(job, set.Spec.Images[1].Name, ImageView.Image, null, CancellationToken.None))
        {
            await bytes.CopyToAsync(image);
        }

        Assert.Equal(await File.ReadAllBytesAsync(set.Spec.Images[1].Path), image.ToArray());
        await Client.DeleteAsync(job, CancellationToken.None);
        Assert.Equal(3, (await Client.SetAsync("s", CancellationToken.None)).Images);
        await Client.DeleteSetAsync("s", CancellationToken.None);
        Assert.Equal(JobErrorKind.NotFound, (await RefusedAsync(() => Client.SetAsync("s", CancellationToken.None))).Kind);
        Assert.False(Directory.Exists(Folder.Whole));
    }

    [Fact]
    public async Task SetThatGoesWithItsJob_IsGoneWithTheLastOne()
    {
        _checked.SetResult();
        using TestSet set = TestSet.Synthetic(3, 48);
        await Client.CreateSetAsync("w", new() { WithJob = true }, CancellationToken.None);
        ScoringJobSpec sent = await SendAsync(set.Spec, "w");
        await Client.SubmitAsync(sent, "first", CancellationToken.None);
        await Client.SubmitAsync(sent with { Seed = 1 }, "second", CancellationToken.None);
        foreach (string job in new[] { "first", "second" })
        {
            await Client.ResultsAsync(job, CancellationToken.None);
            Assert.Equal(3, (await Client.SetAsync("w", CancellationToken.None)).Images);
            await Client.DeleteAsync(job, CancellationToken.None);
        }

        Assert.Equal(["s"], SetFolder.All(_temp.At("root")));
    }

    [Fact]
    public async Task SetThatNobodyUses_IsDeletedWhenItsTimeIsOver()
    {
        _checked.SetResult();
        using TestSet set = TestSet.Synthetic(3, 48);
        string job = await Client.SubmitAsync(await SendAsync(set.Spec), CancellationToken.None);
        await Client.ResultsAsync(job, CancellationToken.None);
        await Client.CreateSetAsync("unused", new(), CancellationToken.None);
        await PutAsync("unused", "a.png", Bytes);
        await Inside<ISetKeeperGrain>("unused").TakeAsync("never-submitted");
        await Set.WriteAsync("late", 0, Bytes, CancellationToken.None);

        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromDays(6));
        Assert.Equal(["s", "unused"], SetFolder.All(_temp.At("root")).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(Folder.Parts));
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromDays(8));
        Assert.Equal(["s"], SetFolder.All(_temp.At("root")));

        // What is known lies on the disk: other silos go on with it.
        await _cluster.DisposeAsync();
        _cluster = await StartAsync();
        Assert.Equal(3, (await Client.SetAsync("s", CancellationToken.None)).Images);
    }

    [Fact]
    public async Task SetBeyondItsLimits_IsRefused()
    {
        Assert.Contains("100000 bytes", (await RefusedAsync(() => PutAsync("s", "large", new byte[100_001]))).Message, StringComparison.Ordinal);
        await RefusedAsync(() => Set.WriteAsync("b", long.MaxValue, Bytes, CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(Folder.Parts));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(image => PutAsync("s", $"{image}", [(byte)image, 1])));
        await PutAsync("s", "a", new byte[90_000]);
        Assert.Contains("150000 bytes", (await RefusedAsync(() => PutAsync("s", "b", new byte[70_000]))).Message, StringComparison.Ordinal);
        await PutAsync("s", "b", new byte[10_000]);
        Assert.Contains("8 images", (await RefusedAsync(() => PutAsync("s", "ninth", Bytes))).Message, StringComparison.Ordinal);
        ImageSet set = await Client.SetAsync("s", CancellationToken.None);
        Assert.Equal((8, 100_012), (set.Images, set.Bytes));
    }

    [Fact]
    public async Task SetsAreListedNewestFirstAndByOwner()
    {
        foreach (int number in Enumerable.Range(0, 5))
        {
            await Client.CreateSetAsync($"set-{number}", new() { Owner = number % 2 == 0 ? "anna" : "bert", Name = $"{number}" }, CancellationToken.None);
        }

        Assert.False(await Client.CreateSetAsync("set-0", new() { Owner = "anna", Name = "0" }, CancellationToken.None));
        Assert.Equal(JobErrorKind.Conflict, (await RefusedAsync(() => Client.CreateSetAsync("set-0", new() { Owner = "bert" }, CancellationToken.None))).Kind);
        IReadOnlyList<ImageSet> page = await Client.ListSetsAsync(new() { Owner = "anna", Limit = 2 }, CancellationToken.None);
        Assert.Equal(["set-4", "set-2"], page.Select(set => set.Id));
        page = await Client.ListSetsAsync(new() { Owner = "anna", Limit = 2, After = new(page[1].Created, page[1].Id) }, CancellationToken.None);
        Assert.Equal(["set-0"], page.Select(set => set.Id));
    }

    private IJobRegisterGrain Index => Inside<IJobRegisterGrain>(GrainKeys.Index);

    private Task<InProcessTestCluster> StartAsync() => InProcess.StartAsync(
        _temp.At("root"),
        _temp.At("scratch"),
        silos: 1,
        options: options => (options.SetBytes, options.ImageBytes, options.SetImages) = (150_000, 100_000, 8),
        calls: async call =>
        {
            if (call.InterfaceMethod.Name == "CheckAsync")
            {
                _checks.TrySetResult();
                await _checked.Task;
            }
        });

    private T Inside<T>(string key) where T : IGrainWithStringKey => _cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<T>(key);

    private static Task<JobException> RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<JobException>(call);

    private Task<AddedImage> CompleteAsync(string part, string name) => Set.CompleteAsync(part, new(name, 5, Digest), replace: false, CancellationToken.None);

    private async Task<AddedImage> PutAsync(string set, string name, byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return await Client.PutImageAsync(set, name, stream, new(), CancellationToken.None);
    }

    private async Task<ScoringJobSpec> SendAsync(ScoringJobSpec spec, string set = "s")
    {
        foreach (ImageFile image in spec.Images)
        {
            await PutAsync(set, image.Name, await File.ReadAllBytesAsync(image.Path));
        }

        return spec with { Images = [], Source = new() { Set = set } };
    }

    // How many names a file has.
    private static int Links(string path)
    {
        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%h", path]) { RedirectStandardOutput = true })!;
        return int.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }
}
