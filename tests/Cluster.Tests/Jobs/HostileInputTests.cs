using System.Security.Cryptography;
using MuSc.Contracts;
using MuSc.Grains;
using Orleans.TestingHost;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>What somebody without good intentions sends to the grains that clients reach: refused with a reason, and nothing outside the data folder changes.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private const int Seed = 1;
    private const int Attempts = 2_000;

    private readonly string _root = Directory.CreateTempSubdirectory("musc-hostile").FullName;
    private readonly TestSet _set = TestSet.Synthetic(3, 48);
    private InProcessTestCluster _cluster = null!;

    private string Data => Path.Combine(_root, "data");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "canary"), "here since before");
        _cluster = await InProcess.StartAsync(Data, Path.Combine(_root, "scratch"), silos: 1);
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _set.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task IdentifiersNamesAndSpecifications_AreRefusedAndNothingOutsideChanges()
    {
        await Sets("set").CreateAsync(new(), CancellationToken.None);
        await _cluster.Client.GetGrain<IJobGrain>("victim").SubmitAsync(_set.Spec, CancellationToken.None);
        string before = Digest();
        Random random = new(Seed);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            string hostile = Hostile(random);
            Exception? error = await Record.ExceptionAsync(() => random.Next(4) switch
            {
                0 => Sets(hostile).CreateAsync(new(), CancellationToken.None),
                1 => CompleteAsync(hostile),
                2 => Submit(hostile, _set.Spec),
                _ => Submit($"job-{attempt}", Hostile(random, _set.Spec, hostile)),
            });
            Assert.True(error is JobException { Kind: JobErrorKind.Usage, Message.Length: > 10 }, $"attempt {attempt}, {Uri.EscapeDataString(hostile)}: {error}");
        }

        Assert.Equal(before, Digest());
        Assert.Equal(["victim"], Directory.GetFileSystemEntries(Path.Combine(Data, "jobs")).Select(Path.GetFileName));
        Assert.Equal(["set"], Directory.GetFileSystemEntries(Path.Combine(Data, "sets")).Select(Path.GetFileName));
    }

    private IImageSetGrain Sets(string set) => _cluster.Client.GetGrain<IImageSetGrain>(set);

    private Task CompleteAsync(string name) => Sets("set").CompleteAsync("part", new(name, 3, new('0', 64)), replace: false, CancellationToken.None);

    private Task Submit(string job, ScoringJobSpec spec) => _cluster.Client.GetGrain<IJobGrain>(job).SubmitAsync(spec, CancellationToken.None);

    private string Hostile(Random random)
    {
        string[] pieces = ["..", "../", "/", "/..", "./", ".", "\\", "..\\", "\0", "\n", "victim", "a", "sets", "jobs", "results", "~", "%2e%2e", new('x', 1001), _root, "canary", "\u001b[2J"];
        string[] always = ["..", "/", "../", "victim/.", "victim/..", "\0", $"{_root}/canary", "../../canary", "a//b", "./a", "\r"];
        string some = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]));
        string sure = always[random.Next(always.Length)];
        return random.Next(2) == 0 ? $"/{some}{sure}" : $"{sure}/{some}/..";
    }

    private static ScoringJobSpec Hostile(Random random, ScoringJobSpec spec, string name)
    {
        ImageFile image = spec.Images[0];
        return random.Next(17) switch
        {
            0 => spec with { Images = [.. spec.Images, image with { Name = name }] },
            1 => spec with { References = [image with { Name = name }] },
            2 => spec with { Images = [] },
            3 => spec with { Images = [.. spec.Images, image] },
            4 => spec with { Degrees = [random.Next(-9, 1) * 2] },
            5 => spec with { Degrees = [int.MaxValue] },
            6 => spec with { Windows = [-1] },
            7 => spec with { Threads = random.Next(2) * int.MaxValue },
            8 => spec with { Batch = int.MaxValue },
            9 => spec with { BlockImages = -random.Next(9) },
            10 => spec with { Size = int.MaxValue - random.Next(99) },
            11 => spec with { Stages = [.. Enumerable.Range(1, 5_000)] },
            12 => spec with { Device = $"cuda:{name}" },
            13 => spec with { Backbone = name },
            14 => spec with { Subsets = int.MaxValue },
            15 => spec with { TokensFile = name },
            _ => spec with { Output = spec.Output with { Folder = " " } },
        };
    }

    // Every name and content below the root, but for the folders of the cluster itself.
    private string Digest()
    {
        IEnumerable<string> outside = Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)
            .Where(path => !PathRules.IsBelow(path, Data) && !PathRules.IsBelow(path, Path.Combine(_root, "scratch"))).Order(StringComparer.Ordinal);
        return string.Join('\n', outside.Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}" : path));
    }
}
