using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

/// <summary>An owner that may be killed: the next message to it makes a new one, in a new epoch, from the last snapshot.</summary>
internal sealed class SimulatedOwner(TilePlan plan, int block, int patches, KeptValues kept) : IDisposable
{
    private OwnedBlock? _owned;
    private byte[]? _snapshot;
    private long _epoch;

    public void Kill() => Dispose();

    public long Deliver(int pass, int partner, float[] dots, Random random)
    {
        OwnedBlock owned = Owned();
        owned.Deliver(pass, partner, dots);
        if (random.Next(6) == 0)
        {
            using MemoryStream stream = new();
            owned.Save(new SnapshotFile(stream), open: random.Next(3) > 0);
            _snapshot = stream.ToArray();
        }

        return _epoch;
    }

    public BlockFloors? Floors(int pass) => Owned().Floors(pass, 0);

    public BlockReport Report() => Owned().Report(_epoch);

    public double[]? Scores() => Owned().IsComplete ? Owned().PatchScores() : null;

    public void Dispose()
    {
        _owned?.Dispose();
        _owned = null;
    }

    private OwnedBlock Owned()
    {
        if (_owned is null)
        {
            _epoch++;
            _owned = new(plan, block, patches, kept);
            if (_snapshot is not null)
            {
                _owned.Load(new SnapshotFile(new MemoryStream(_snapshot)));
            }
        }

        return _owned;
    }
}
