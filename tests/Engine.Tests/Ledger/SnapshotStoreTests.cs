using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-snapshots").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_newest_whole_generation_is_read()
    {
        SnapshotStore store = new(_folder, "block");
        Assert.Equal((0, -1), Read(store));
        store.Write(1, stream => stream.WriteByte(11));
        store.Write(2, stream => stream.WriteByte(22));
        store.Write(3, stream => stream.WriteByte(33));
        Assert.Equal((3, 33), Read(store));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_damaged_generation_gives_way_to_the_other()
    {
        SnapshotStore store = new(_folder, "block");
        store.Write(4, stream => stream.WriteByte(44));
        store.Write(5, stream => stream.WriteByte(55));
        string newest = Directory.GetFiles(_folder).Single(file => File.ReadAllBytes(file)[0] == 5);
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
        Assert.Equal((4, 44), Read(store));
        File.WriteAllBytes(newest, [1, 2, 3]);
        Assert.Equal((4, 44), Read(store));
    }

    [Fact]
    public void A_failed_write_leaves_what_was_there()
    {
        SnapshotStore store = new(_folder, "block");
        store.Write(1, stream => stream.WriteByte(11));
        Assert.Throws<IOException>(() => store.Write(2, _ => throw new IOException("No space left on device")));
        Assert.Equal((1, 11), Read(store));
        Assert.Single(Directory.GetFiles(_folder));
    }

    private static (long Sequence, int Contents) Read(SnapshotStore store)
    {
        int contents = -1;
        return (store.Read(stream => contents = stream.ReadByte()), contents);
    }
}
