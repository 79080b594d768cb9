namespace MuSc.Engine.Ledger;

/// <summary>
/// A block's owner: takes in the minima of its images, map by map, drops what it already has, reduces a map when it is
/// complete and keeps the float64 sums over the finished maps. The result does not depend on the order of deliveries.
/// Not thread-safe.
/// </summary>
public sealed class OwnedBlock
{
    private static readonly byte[] Magic = "MuScOwn1"u8.ToArray();

    private readonly TilePlan _plan;
    private readonly BlockReduction _reduction;
    private readonly SortedDictionary<int, MapReceipts> _open = [];
    private readonly SortedDictionary<int, double[]> _waiting = [];
    private readonly double[] _sums;
    private int _summed;

    /// <param name="plan">The job's tiles.</param>
    /// <param name="block">A block of images that are scored.</param>
    /// <param name="patches">Patches P of an image.</param>
    /// <param name="reduction">How distances become a score.</param>
    public OwnedBlock(TilePlan plan, int block, int patches, BlockReduction reduction)
    {
        _plan = plan;
        _reduction = reduction;
        Block = block;
        Patches = patches;
        _sums = new double[plan.Blocks[block].Count * patches];
    }

    /// <summary>The block's index.</summary>
    public int Block { get; }

    /// <summary>Patches P of an image.</summary>
    public int Patches { get; }

    /// <summary>Deliveries merged since this owner was made or restored.</summary>
    public long Merged { get; private set; }

    /// <summary>Whether every map is finished.</summary>
    public bool IsComplete => _summed == _plan.Maps;

    /// <summary>Whether nothing is missing on a map.</summary>
    public bool IsFinished(int map) => map < _summed || _waiting.ContainsKey(map);

    /// <summary>Whether the minima against <paramref name="partner"/> are in.</summary>
    public bool Has(int map, int partner) => IsFinished(map) || (_open.TryGetValue(map, out MapReceipts? receipts) && receipts.Received[partner]);

    /// <summary>Takes in one delivery; it is merged whole or dropped.</summary>
    /// <param name="map">The map.</param>
    /// <param name="partner">The other block, or this one.</param>
    /// <param name="dots">[n × m × P]: for each own image and each of the partner's, every own patch's largest dot product.
    /// An image against itself is passed over, and so is negative infinity: a value that cannot matter.</param>
    /// <returns>Whether it was merged; false where it was there already.</returns>
    /// <exception cref="ArgumentException">The delivery is not for this block or not of its size.</exception>
    public bool Deliver(int map, int partner, ReadOnlySpan<float> dots)
    {
        if (map < 0 || map >= _plan.Maps || partner < 0 || partner >= _plan.Blocks.Count || !_plan.Meets(Block, partner))
        {
            throw new ArgumentException($"Block {Block} awaits nothing from block {partner} on map {map}.");
        }

        if (dots.Length != Expected(partner))
        {
            throw new ArgumentException($"Block {Block} was sent {dots.Length} values from block {partner} on map {map}; {Expected(partner)} belong there.");
        }

        if (IsFinished(map))
        {
            return false;
        }

        MapReceipts receipts = Receipts(map);
        if (!receipts.Merge(partner, dots))
        {
            return false;
        }

        Merged++;
        if (receipts.IsComplete)
        {
            _open.Remove(map);
            _waiting.Add(map, receipts.Reduce(_reduction));
            Sum();
        }

        return true;
    }

    /// <summary>How many values a delivery has, n × m × P.</summary>
    /// <param name="partner">The other block, or this one.</param>
    public int Expected(int partner) => checked(_plan.Blocks[Block].Count * _plan.Blocks[partner].Count * Patches);

    /// <summary>What need not be sent any more, if a sender who has the floors of <paramref name="known"/> scorers gains much by it.</summary>
    /// <param name="map">The map.</param>
    /// <param name="known">Of how many scorers the sender's floors know; 0 if it has none.</param>
    public BlockFloors? Floors(int map, int known) => _open.TryGetValue(map, out MapReceipts? receipts) ? receipts.Floors(known) : null;

    /// <summary>What has arrived.</summary>
    /// <param name="epoch">The owner's epoch.</param>
    public BlockReport Report(long epoch) => new(
        Block,
        epoch,
        _open.ToDictionary(open => open.Key, open => open.Value.Received.ToArray()),
        Enumerable.Range(0, _plan.Maps).Where(IsFinished).ToHashSet());

    /// <summary>The mean over all maps, [n × P].</summary>
    /// <exception cref="InvalidOperationException">A map is not finished.</exception>
    public double[] PatchScores()
    {
        if (!IsComplete)
        {
            throw new InvalidOperationException($"Block {Block} has finished {_summed} of {_plan.Maps} maps.");
        }

        double[] scores = [.. _sums];
        Scoring.PatchScores.Average(scores, _plan.Maps);
        return scores;
    }

    /// <summary>Writes everything needed to go on elsewhere.</summary>
    public void Save(Stream stream)
    {
        using BinaryWriter writer = new(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Block);
        writer.Write(_plan.Maps);
        writer.Write(_plan.Blocks.Count);
        writer.Write(Patches);
        writer.Write(_summed);
        writer.WriteArray<double>(_sums);
        writer.Write(_waiting.Count);
        foreach ((int map, double[] scores) in _waiting)
        {
            writer.Write(map);
            writer.WriteArray<double>(scores);
        }

        writer.Write(_open.Count);
        foreach ((int map, MapReceipts receipts) in _open)
        {
            writer.Write(map);
            receipts.Write(writer);
        }
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote; on a new owner only.</summary>
    /// <exception cref="InvalidDataException">The snapshot is of another job, block or version.</exception>
    public void Load(Stream stream)
    {
        using BinaryReader reader = new(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.ReadInt32() != Block
            || reader.ReadInt32() != _plan.Maps || reader.ReadInt32() != _plan.Blocks.Count || reader.ReadInt32() != Patches)
        {
            throw new InvalidDataException($"The snapshot is not one of block {Block} of this job.");
        }

        _summed = reader.ReadInt32();
        reader.ReadArray<double>(_sums);
        for (int waiting = reader.ReadInt32(); waiting > 0; waiting--)
        {
            double[] scores = new double[_sums.Length];
            int map = reader.ReadInt32();
            reader.ReadArray<double>(scores);
            _waiting.Add(map, scores);
        }

        for (int open = reader.ReadInt32(); open > 0; open--)
        {
            Receipts(reader.ReadInt32()).Read(reader);
        }
    }

    private MapReceipts Receipts(int map)
    {
        if (!_open.TryGetValue(map, out MapReceipts? receipts))
        {
            receipts = new(_plan, Block, Patches, _reduction.End);
            _open.Add(map, receipts);
        }

        return receipts;
    }

    // In the order of the maps, whichever was finished first: float64 sums depend on their order.
    private void Sum()
    {
        while (_waiting.Remove(_summed, out double[]? scores))
        {
            Scoring.PatchScores.Add(_sums, scores);
            _summed++;
        }
    }
}
