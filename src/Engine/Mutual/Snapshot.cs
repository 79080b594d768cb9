namespace MuSc.Engine.Mutual;

/// <summary>A whole snapshot, opened to go on from: its head is read, what follows is read in its order.</summary>
internal sealed class Snapshot : IDisposable
{
    private readonly SnapshotFile _file;

    private Snapshot(SnapshotFile file)
    {
        _file = file;
        Number = file.Read<long>();
        int[] head = new int[6];
        file.Read<int>(head);
        Layout = new(head[0], head[1], head[2]);
        Unit = new(head[3], head[4], head[5]);
        Pairs = file.Read<long>();
    }

    /// <summary>Counts up from snapshot to snapshot.</summary>
    public long Number { get; }

    public ScoringLayout Layout { get; }

    /// <summary>What was being worked on.</summary>
    public ScoringUnit Unit { get; }

    /// <summary>Image pairs done.</summary>
    public long Pairs { get; }

    /// <summary>Opens a snapshot, or gives null where it is absent, damaged or of another identity.</summary>
    public static Snapshot? TryOpen(string path, ReadOnlySpan<byte> identity)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        FileStream stream = File.OpenRead(path);
        if (!SnapshotFile.Verify(stream))
        {
            stream.Dispose();
            return null;
        }

        stream.Position = 0;
        SnapshotFile file = new(stream);
        byte[] found = new byte[identity.Length];
        file.Read<byte>(found);
        if (!identity.SequenceEqual(found))
        {
            file.Dispose();
            return null;
        }

        return new(file);
    }

    /// <summary>Reads the sums of finished maps; comes first.</summary>
    public void ReadSums(double[] sums) => _file.Read<double>(sums);

    /// <summary>Reads which tiles are done; comes second.</summary>
    public void ReadDone(TileSet done) => _file.Read(done.Bits);

    /// <summary>Reads the kept values; comes last.</summary>
    public void ReadValues(StripValues values, int images) => values.Load(_file, images);

    public void Dispose() => _file.Dispose();
}
