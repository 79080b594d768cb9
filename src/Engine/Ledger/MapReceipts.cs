using MuSc.Scoring;

namespace MuSc.Engine.Ledger;

/// <summary>What a block's owner has received on one map: which partners, and the best dot products so far.</summary>
internal sealed class MapReceipts
{
    // Floors are told anew when so many times as many scorers are known: each time costs as much as half a scorer's values.
    private const double Growth = 1.25;

    private readonly TilePlan _plan;
    private readonly int _block;
    private readonly float[] _storage;
    private readonly ScorerSelection[] _selections;
    private readonly bool[] _received;
    private int _missing;
    private int _scorers;

    public MapReceipts(TilePlan plan, int block, int patches, int keep)
    {
        (_plan, _block) = (plan, block);
        int images = plan.Blocks[block].Count;
        int scorers = plan.Scorers(block);
        int stride = patches * ScorerSelection.Capacity(keep, scorers);
        _storage = new float[checked(images * stride)];
        _selections = [.. Enumerable.Range(0, images).Select(image =>
            new ScorerSelection(_storage.AsMemory(image * stride, stride), patches, keep, scorers))];
        _received = new bool[plan.Blocks.Count];
        _missing = plan.Partners(block).Count;
    }

    public bool IsComplete => _missing == 0;

    public ReadOnlySpan<bool> Received => _received;

    /// <summary>Merges a delivery and sets its bit, or drops it where the bit is set.</summary>
    public bool Merge(int partner, ReadOnlySpan<float> dots)
    {
        if (_received[partner])
        {
            return false;
        }

        bool diagonal = partner == _block;
        int partnerImages = _plan.Blocks[partner].Count;
        int patches = _selections[0].Patches;
        for (int image = 0; image < _selections.Length; image++)
        {
            for (int other = 0; other < partnerImages; other++)
            {
                if (!diagonal || image != other)
                {
                    _selections[image].Add(dots.Slice(((image * partnerImages) + other) * patches, patches));
                }
            }
        }

        Receive(partner);
        return true;
    }

    /// <summary>The floors, if somebody who has those of <paramref name="known"/> scorers gains much by them.</summary>
    public BlockFloors? Floors(int known)
    {
        if (_missing == 0 || _scorers < _selections[0].Keep || _scorers < known * Growth)
        {
            return null;
        }

        int patches = _selections[0].Patches;
        Half[] floors = new Half[_selections.Length * patches];
        for (int index = 0; index < floors.Length; index++)
        {
            floors[index] = BlockFloors.Below(_selections[index / patches].Floors[index % patches]);
        }

        return new(_scorers, floors);
    }

    /// <summary>The map's scores of all patches, [n × P].</summary>
    public double[] Reduce(BlockReduction reduction)
    {
        int patches = _selections[0].Patches;
        double[] scores = new double[_selections.Length * patches];
        for (int index = 0; index < scores.Length; index++)
        {
            scores[index] = _selections[index / patches].Reduce(index % patches, reduction.First, reduction.End, reduction.Reduction);
        }

        return scores;
    }

    public void Write(BinaryWriter writer)
    {
        foreach (bool received in _received)
        {
            writer.Write(received);
        }

        foreach (ScorerSelection selection in _selections)
        {
            writer.WriteArray(selection.Counts);
        }

        writer.WriteArray<float>(_storage);
    }

    public void Read(BinaryReader reader)
    {
        for (int partner = 0; partner < _received.Length; partner++)
        {
            if (reader.ReadBoolean())
            {
                Receive(partner);
            }
        }

        int[][] counts = [.. _selections.Select(selection =>
        {
            int[] read = new int[selection.Patches];
            reader.ReadArray<int>(read);
            return read;
        })];
        reader.ReadArray<float>(_storage);
        for (int image = 0; image < _selections.Length; image++)
        {
            _selections[image].Restore(counts[image]);
        }
    }

    private void Receive(int partner)
    {
        _received[partner] = true;
        _missing--;
        _scorers += _plan.Blocks[partner].Count - (partner == _block ? 1 : 0);
    }
}
