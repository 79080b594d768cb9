using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Cluster.Tests.Processes;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Client;

/// <summary>By which door a client comes.</summary>
public enum Door
{
    /// <summary>A gateway of Orleans.</summary>
    Gateway,

    /// <summary>The HTTP API.</summary>
    Http,
}

/// <summary>A server in a process of its own, a client at each of its doors, and images that are named as people name them.</summary>
public sealed class ServedSet : IAsyncLifetime, IDisposable
{
    private static readonly string[] Names = ["part.png", "Kratzer ä/Öse 100%.png", "Kratzer ä/a+b&c=d.png", "#1/what?.png", "x;y/'z'.png"];

    private readonly TempFolder _folder = new();
    private readonly ServerProcess _server;
    private MuScClient[] _clients = [];

    public ServedSet() => _server = new("serve", "--data", _folder.At("data"), "--threads", "2");

    /// <summary>The images, on this machine's disk.</summary>
    public TestSet Images { get; } = TestSet.Synthetic(Names.Length, 48);

    /// <summary>What one machine makes of them.</summary>
    public IReadOnlyList<ImageResult> Expected { get; private set; } = [];

    /// <summary>The names that they have in sets, in the order of their files.</summary>
    public IReadOnlyList<(string Name, string Path)> Named => [.. Names.Zip(Images.Spec.Images, (name, image) => (name, image.Path))];

    public MuScClient this[Door door] => _clients[(int)door];

    public async Task InitializeAsync()
    {
        await _server.ReadyAsync();
        _clients = [await _server.ConnectAsync(), MuScClient.Connect(_server.Address, null)];
        // Results come in the order of names.
        Expected = await Images.LocalAsync(Images.Spec with
        {
            Images = [.. Named.OrderBy(image => image.Name, StringComparer.Ordinal).Select(image => new ImageFile(image.Name, image.Path))],
        });
    }

    public async Task DisposeAsync()
    {
        foreach (MuScClient client in _clients)
        {
            await client.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
        Images.Dispose();
    }

    /// <summary>Sends the images to a set of their own.</summary>
    public async Task<string> SendAsync(MuScClient client)
    {
        string set = await client.CreateSetAsync(new(), CancellationToken.None);
        foreach ((string name, string path) in Named)
        {
            await using FileStream file = File.OpenRead(path);
            Assert.True((await client.PutImageAsync(set, name, file, new(), CancellationToken.None)).IsNew);
        }

        return set;
    }

    /// <summary>A job on a set.</summary>
    public static ScoringJobSpec Job(string set) => new()
    {
        Source = new() { Set = set },
        Size = 48,
        Name = "Teile ä",
        Metadata = new Dictionary<string, string> { ["Linie"] = "7" },
        BlockImages = 2,
        Output = new() { Folder = "chosen by the cluster", Report = false },
    };
}
