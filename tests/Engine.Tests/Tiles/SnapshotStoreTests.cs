using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-snapshots").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_TwoGenerations_GivesTheNewest()
    {
        SnapshotStore store = new(_folder, "block", "identity");
        Assert.Null(Read(store));
        store.Write(file => file.Write(11));
        store.Write(file => file.Write(22));
        store.Write(file => file.Write(33));
        Assert.Equal(33, Read(store));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void Read_DamagedGeneration_GivesTheOther()
    {
        SnapshotStore store = new(_folder, "block", "identity");
        store.Write(file => file.Write(44));
        store.Write(file => file.Write(55));
        string newest = Directory.GetFiles(_folder).Single(file => File.ReadAllBytes(file)[40] == 55);
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
        Assert.Equal(44, Read(store));
        File.WriteAllBytes(newest, [1, 2, 3]);
        Assert.Equal(44, Read(store));
    }

    [Fact]
    public void Write_Failure_LeavesWhatWasThere()
    {
        SnapshotStore store = new(_folder, "block", "identity");
        store.Write(file => file.Write(11));
        Assert.Throws<IOException>(() => store.Write(_ => throw new IOException("No space left on device")));
        Assert.Equal(11, Read(store));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Read_AnotherIdentity_FindsNothing()
    {
        new SnapshotStore(_folder, "block", "one").Write(file => file.Write(1));
        Assert.Null(Read(new(_folder, "block", "other")));
        SnapshotStore again = new(_folder, "block", "one");
        Assert.Equal(1, Read(again));
        Assert.Equal(32 + 8 + 4 + 32, again.Write(file => file.Write(2)));
        Assert.Equal(2, Read(new(_folder, "block", "one")));
    }

    private static int? Read(SnapshotStore store)
    {
        int? contents = null;
        return store.Read(file => contents = file.Read<int>()) ? contents : null;
    }
}
