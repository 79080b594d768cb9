using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using MuSc.Client;
using MuSc.Contracts;
using MuSc.Grains;
using MuSc.Grains.Jobs;
using MuSc.Grains.Storage;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Images that are sent to a cluster: whole or not at all, within limits, and gone when nobody needs them.</summary>
public sealed class UploadTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Bytes = [1, 2, 3, 4, 5];
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Bytes));

    private readonly TempFolder _temp = new();
    private readonly TaskCompletionSource _checked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _checks = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InProcessTestCluster _cluster = null!;

    private MuScClient Client => new(_cluster.Client);

    private IUploadGrain Upload => _cluster.Client.GetGrain<IUploadGrain>("u");

    private UploadFolder Folder => new(_temp.At("root"), "u");

    public async Task InitializeAsync() => _cluster = await StartAsync();

    public async Task DisposeAsync()
    {
        _checked.TrySetResult();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task FileThatArrivedDamaged_IsForgottenAndCanBeSentAgain()
    {
        await WriteAsync("a/b.png", Bytes[..4]);
        JobException error = await RefusedAsync(() => Upload.CompleteAsync("a/b.png", 5, Digest, CancellationToken.None));
        Assert.Contains($"4 bytes of 'a/b.png' with the SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Bytes.AsSpan(0, 4)))}; its sender says 5 bytes and {Digest}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(UploadFolder.Below(Folder.Whole), file => file.Name.EndsWith("png", StringComparison.Ordinal));

        await Upload.WriteAsync("a/b.png", 2, Bytes[2..], CancellationToken.None);
        await Upload.WriteAsync("a/b.png", 0, Bytes[..2], CancellationToken.None);
        Assert.False(Directory.Exists(Folder.Files));
        string path = await Upload.CompleteAsync("a/b.png", 5, Digest, CancellationToken.None);
        Assert.Equal(Path.Combine(Folder.Files, "a", "b.png"), path);
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(path));

        // What comes late or again changes nothing.
        await WriteAsync("a/b.png", [9]);
        Assert.Equal(path, await Upload.CompleteAsync("a/b.png", 5, Digest, CancellationToken.None));
        await RefusedAsync(() => Upload.CompleteAsync("a/b.png", 1, new string('0', 64), CancellationToken.None));
        await RefusedAsync(() => Upload.CompleteAsync("a/b.png", 5, "\u001b[2J", CancellationToken.None));
        await RefusedAsync(() => Upload.CompleteAsync("never", 5, Digest, CancellationToken.None));
        Assert.Equal(Bytes, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task JobOfAnUnfinishedUpload_IsRefused()
    {
        using TestSet set = TestSet.Synthetic(3, 48);
        ScoringJobSpec sent = await SendAsync(set.Spec);
        await WriteAsync("late.png", Bytes);
        JobException error = await RefusedAsync(() => Client.SubmitAsync(sent, CancellationToken.None));
        Assert.Contains("The upload u is not finished: 1 of its files", error.Message, StringComparison.Ordinal);
        Assert.Contains("late.png", error.Message, StringComparison.Ordinal);
        Assert.Empty(await Client.ListAsync(CancellationToken.None));

        await Upload.CompleteAsync("late.png", 5, Digest, CancellationToken.None);
        ImageFile absent = new("x.png", Path.Combine(Folder.Files, "x.png"));
        Assert.Contains("no file 'x.png'", (await RefusedAsync(() => Client.SubmitAsync(sent with { References = [absent] }, CancellationToken.None))).Message, StringComparison.Ordinal);
        ImageFile part = new("x.png", Path.Combine(Folder.Parts, "late.png"));
        await RefusedAsync(() => Client.SubmitAsync(sent with { References = [part] }, CancellationToken.None));
    }

    [Fact]
    public async Task Upload_GoesWithTheLastJobThatUsesIt()
    {
        _checked.SetResult();
        using TestSet set = TestSet.Synthetic(3, 48);
        ScoringJobSpec sent = await SendAsync(set.Spec);
        await Keeper.TakeAsync("another", []);
        string job = await Client.SubmitAsync(sent, CancellationToken.None);
        Assert.Equal(await set.LocalAsync(), (await Client.ResultsAsync(job, CancellationToken.None)).Images);

        // Deleting waits until the job holds nothing.
        await Client.DeleteAsync(job, CancellationToken.None);
        Assert.Equal(["another"], UploadFolder.Below(Folder.Jobs).Select(file => file.Name));
        Assert.Equal(3, UploadFolder.Below(Folder.Files).Count());
        await Keeper.ReleaseAsync("another");
        Assert.False(Directory.Exists(Folder.Whole));
        await Keeper.ReleaseAsync("another");
    }

    [Fact]
    public async Task UploadThatNobodyUses_IsDeletedWhenItsTimeIsOver()
    {
        using TestSet set = TestSet.Synthetic(3, 48);
        ScoringJobSpec sent = await SendAsync(set.Spec);
        await Client.SubmitAsync(sent, "busy", CancellationToken.None);
        await _checks.Task;
        await Upload.CompleteAsync(await WriteAsync("more", Bytes), 5, Digest, CancellationToken.None);
        IUploadGrain unfinished = _cluster.Client.GetGrain<IUploadGrain>("unfinished");
        await unfinished.WriteAsync("a", 0, Bytes, CancellationToken.None);
        IUploadGrain unused = _cluster.Client.GetGrain<IUploadGrain>("unused");
        await unused.WriteAsync("a", 0, Bytes, CancellationToken.None);
        await unused.CompleteAsync("a", 5, Digest, CancellationToken.None);
        await Inside<IUploadKeeperGrain>("unused").TakeAsync("never-submitted", ["a"]);

        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(23));
        Assert.Equal(["u", "unfinished", "unused"], UploadFolder.All(_temp.At("root")).Order(StringComparer.Ordinal));
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(25));
        Assert.Equal(["u"], UploadFolder.All(_temp.At("root")));
        await unfinished.WriteAsync("a", 0, Bytes, CancellationToken.None);

        // What is known lies on the disk: other silos go on with it.
        _checked.SetResult();
        await _cluster.DisposeAsync();
        _cluster = await StartAsync();
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(25));
        Assert.Equal(["u"], UploadFolder.All(_temp.At("root")));
        await Index.SweepAsync(DateTimeOffset.UtcNow + TimeSpan.FromHours(50));
        Assert.Empty(UploadFolder.All(_temp.At("root")));
    }

    [Fact]
    public async Task UploadBeyondItsLimits_IsRefused()
    {
        await WriteAsync("a", new byte[600_000]);
        Assert.Contains("1000000 bytes", (await RefusedAsync(() => WriteAsync("b", new byte[400_001]))).Message, StringComparison.Ordinal);
        await RefusedAsync(() => Upload.WriteAsync("b", long.MaxValue, Bytes, CancellationToken.None));
        await RefusedAsync(() => Upload.WriteAsync("a", 999_999, [1, 2], CancellationToken.None));
        await WriteAsync("b", new byte[300_000]);
        await WriteAsync("b", new byte[300_000]);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(file => WriteAsync($"{file}", Bytes)));
        Assert.Contains("8 files", (await RefusedAsync(() => WriteAsync("ninth", Bytes))).Message, StringComparison.Ordinal);
        Assert.Equal(900_030, UploadFolder.Below(Folder.Parts).Sum(file => file.Bytes));
    }

    private IUploadKeeperGrain Keeper => Inside<IUploadKeeperGrain>("u");

    private IJobRegisterGrain Index => Inside<IJobRegisterGrain>(GrainKeys.Index);

    private Task<InProcessTestCluster> StartAsync() => InProcess.StartAsync(
        _temp.At("root"),
        _temp.At("scratch"),
        silos: 1,
        options: options => (options.UploadBytes, options.UploadFiles) = (1_000_000, 8),
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

    private async Task<string> WriteAsync(string name, byte[] bytes)
    {
        await Upload.WriteAsync(name, 0, bytes, CancellationToken.None);
        return name;
    }

    private async Task<ScoringJobSpec> SendAsync(ScoringJobSpec spec)
    {
        List<ImageFile> sent = [];
        foreach (ImageFile image in spec.Images)
        {
            await using FileStream file = File.OpenRead(image.Path);
            sent.Add(await Client.UploadAsync("u", image.Name, file, CancellationToken.None));
        }

        return spec with { Images = sent };
    }
}
