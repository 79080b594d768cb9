using MuSc.Engine.Ledger;

namespace MuSc.Engine.Tests.Ledger;

/// <summary>An owner that may be killed: the next message to it makes a new one, in a new epoch, from the last snapshot.</summary>
internal sealed class SimulatedOwner(TilePlan plan, int block, int patches, BlockReduction reduction)
{
    private OwnedBlock? _owned;
    private byte[]? _snapshot;
    private long _epoch;

    public void Kill() => _owned = null;

    public long Deliver(int map, int partner, float[] dots, Random random)
    {
        OwnedBlock owned = Owned();
        owned.Deliver(map, partner, dots);
        if (random.Next(6) == 0)
        {
            using MemoryStream stream = new();
            owned.Save(stream);
            _snapshot = stream.ToArray();
        }

        return _epoch;
    }

    public BlockFloors? Floors(int map) => Owned().Floors(map, 0);

    public BlockReport Report() => Owned().Report(_epoch);

    public double[]? Scores() => Owned().IsComplete ? Owned().PatchScores() : null;

    private OwnedBlock Owned()
    {
        if (_owned is null)
        {
            _epoch++;
            _owned = new(plan, block, patches, reduction);
            if (_snapshot is not null)
            {
                _owned.Load(new MemoryStream(_snapshot));
            }
        }

        return _owned;
    }
}
