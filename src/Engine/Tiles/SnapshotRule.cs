namespace MuSc.Engine.Tiles;

/// <summary>
/// When a snapshot is due: after some time, or after a share of the work where writing costs less than a twentieth of the time since;
/// and never before what it weighs has been earned. Any thread may ask; one takes.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class SnapshotRule(TimeProvider time)
{
    private const double CostShare = 0.05;

    private long _taken = time.GetTimestamp();
    private double _work;
    private long _bytes;
    private TimeSpan _cost;

    /// <summary>Time after which one is due whatever was done. The default is 30 s.</summary>
    public TimeSpan MostApart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time before which none is due. The default is 0.5 s.</summary>
    public TimeSpan LeastApart { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Share of the work after which one is due where it costs little. The default is 2 %.</summary>
    public double WorkShare { get; init; } = 0.02;

    /// <summary>Bytes that all snapshots may have for each byte that was received. The default is no limit.</summary>
    public double ByteShare { get; init; } = double.PositiveInfinity;

    /// <summary>Bytes that all snapshots may have in any case. The default is none.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Whether one should be taken.</summary>
    /// <param name="work">Share of the work that is done, 0 … 1.</param>
    /// <param name="bytes">What the snapshot weighs.</param>
    /// <param name="received">Bytes received so far.</param>
    public bool IsDue(double work, long bytes = 0, long received = 0)
    {
        TimeSpan since = time.GetElapsedTime(Volatile.Read(ref _taken));
        bool late = since >= MostApart
            || (work - Volatile.Read(ref _work) >= WorkShare && since >= LeastApart && since * CostShare >= _cost);
        return late && (double.IsPositiveInfinity(ByteShare) || Volatile.Read(ref _bytes) + bytes <= FreeBytes + (ByteShare * received));
    }

    /// <summary>Work that was taken over from an earlier run is in a snapshot.</summary>
    public void Resume(double work) => Volatile.Write(ref _work, work);

    /// <summary>Takes one.</summary>
    /// <param name="work">Share of the work that it holds.</param>
    /// <param name="write">Writes it and gives its bytes.</param>
    public void Take(double work, Func<long> write)
    {
        long began = time.GetTimestamp();
        try
        {
            Volatile.Write(ref _bytes, _bytes + write());
            Volatile.Write(ref _work, work);
        }
        finally
        {
            // One that failed is not tried again at once.
            _cost = time.GetElapsedTime(began);
            Volatile.Write(ref _taken, time.GetTimestamp());
        }
    }
}
