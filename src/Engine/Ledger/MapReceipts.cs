using MuSc.Scoring.Interval;

namespace MuSc.Engine.Ledger;

/// <summary>What a block's owner has received on one map: which partners, and the best dot products so far.</summary>
internal sealed class MapReceipts
{
    private readonly float[] _storage;
    private readonly ScorerSelection[] _selections;
    private readonly bool[] _received;
    private int _missing;

    public MapReceipts(TilePlan plan, int block, int patches, int keep)
    {
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
    public bool Merge(int partner, int partnerImages, bool diagonal, ReadOnlySpan<float> dots)
    {
        if (_received[partner])
        {
            return false;
        }

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

        _received[partner] = true;
        _missing--;
        return true;
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
            _received[partner] = reader.ReadBoolean();
            _missing -= _received[partner] ? 1 : 0;
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
}
