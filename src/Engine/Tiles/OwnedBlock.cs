namespace MuSc.Engine.Tiles;

/// <summary>What a block's owner says it has.</summary>
/// <param name="Block">The block.</param>
/// <param name="Epoch">The owner's epoch; a later activation has a higher one.</param>
/// <param name="Received">For each pass that is begun and not finished, the partners received, by their <see cref="TilePlan.Place"/>.</param>
/// <param name="Finished">Passes of which nothing is missing.</param>
public sealed record BlockReport(int Block, long Epoch, IReadOnlyDictionary<int, bool[]> Received, IReadOnlySet<int> Finished)
{
    /// <summary>Whether the minima against the partner of a place have arrived.</summary>
    public bool Has(int pass, int place) =>
        Finished.Contains(pass) || (Received.TryGetValue(pass, out bool[]? bits) && bits[place]);
}

/// <summary>
/// A block's owner: takes in the minima of its images, pass by pass, drops what it already has, reduces a pass when it is complete and
/// keeps the float64 sums over the finished maps. The result does not depend on the order of deliveries. Memory for the kept values of a
/// pass is taken with its first delivery and given back with its last. Not thread-safe.
/// </summary>
/// <param name="plan">The job's tiles.</param>
/// <param name="block">A block of images that are scored.</param>
/// <param name="patches">Patches P of an image.</param>
/// <param name="kept">How distances become a score.</param>
/// <param name="distances">Where known values lie, and where all go; null where none are kept.</param>
/// <param name="rows">For each position of a scored image its row, where values are kept.</param>
public sealed class OwnedBlock(TilePlan plan, int block, int patches, KeptValues kept, IKeptDistances? distances = null, IReadOnlyList<int>? rows = null) : IDisposable
{
    // Floors are sent again when so many times as many scorers are known: each time costs as much as half a scorer's values.
    private const double Growth = 1.25;

    private readonly ImageBlock _images = plan.Blocks[block];
    private readonly int _partners = plan.Partners(block).Count();
    private readonly SortedDictionary<int, OpenPass> _open = [];
    private readonly SortedDictionary<int, double[]> _waiting = [];
    private readonly double[] _sums = new double[plan.Blocks[block].Count * kept.Averages * patches];
    private int _summed;

    /// <summary>The block's index.</summary>
    public int Block => block;

    /// <summary>Patches P of an image.</summary>
    public int Patches => patches;

    /// <summary>Bytes of the memory that open passes take.</summary>
    public long Bytes => _open.Count * kept.Bytes(Patches, plan.Scorers(Block)) * _images.Count;

    /// <summary>Bytes of all minima that were merged since this owner was made, as if each had been sent.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>What a snapshot depends on.</summary>
    public string Identity => $"owner 3; block {Block} of {plan.Blocks.Count}, {_images}; {plan.Maps} maps, {plan.Strips.Count} strips; {Patches} patches; {kept}";

    /// <summary>Finishes every map, where all that the images have is known already and nothing will be delivered.</summary>
    /// <exception cref="JobException">Known values are not there, or cannot be kept.</exception>
    public void FinishKnown()
    {
        for (int map = _summed; _partners == 0 && map < plan.Maps; map++)
        {
            int pass = plan.PassOf(map, Block);
            Finish(pass, Open(pass));
        }
    }

    /// <summary>Whether every map is finished.</summary>
    public bool IsComplete => _summed == plan.Maps;

    /// <summary>Takes in one delivery; it is merged whole or dropped.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="partner">The other block, or this one.</param>
    /// <param name="dots">[n × m × P]: for each own image and each of the partner's, every own patch's largest dot product.
    /// Negative infinity is passed over: an image against itself, or a value that cannot matter.</param>
    /// <returns>Whether it was merged; false where it was there already.</returns>
    /// <exception cref="ArgumentException">The delivery is not for this block or not of its size.</exception>
    public bool Deliver(int pass, int partner, ReadOnlySpan<float> dots)
    {
        if (dots.Length != Expected(pass, partner))
        {
            throw new ArgumentException($"Block {Block} was sent {dots.Length} values from block {partner} in pass {pass}; {Expected(pass, partner)} belong there.");
        }

        if (Has(pass, partner))
        {
            return false;
        }

        OpenPass open = Open(pass);
        open.Values.Add(dots, distances is null ? default : [.. Rows(partner).Select(row => checked((ushort)row))]);
        Receive(open, partner);
        ReceivedBytes += (long)dots.Length * sizeof(float);
        if (open.Missing == 0)
        {
            Finish(pass, open);
        }

        return true;
    }

    /// <summary>How many values a delivery has, n × m × P.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="partner">The other block, or this one.</param>
    /// <exception cref="ArgumentException">There is no such delivery.</exception>
    public int Expected(int pass, int partner) =>
        pass >= 0 && pass < plan.Passes && plan.Takes(pass, Block) && partner >= 0 && partner < plan.Blocks.Count && plan.Meets(Block, partner)
            ? checked(_images.Count * plan.Blocks[partner].Count * Patches)
            : throw new ArgumentException($"Block {Block} awaits nothing from block {partner} in pass {pass}.");

    /// <summary>Whether the minima against <paramref name="partner"/> are in.</summary>
    public bool Has(int pass, int partner) => IsFinished(plan.MapOf(pass)) || (_open.TryGetValue(pass, out OpenPass? open) && open.Received[plan.Place(Block, partner)]);

    /// <summary>What need not be sent any more, if a sender who has the floors of <paramref name="known"/> scorers gains much by it.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="known">Of how many scorers the sender's floors know; 0 if it has none.</param>
    public BlockFloors? Floors(int pass, int known)
    {
        if (!_open.TryGetValue(pass, out OpenPass? open) || open.Scorers < kept.Keep || open.Scorers < known * Growth)
        {
            return null;
        }

        return new(open.Scorers, [.. Enumerable.Range(0, _images.Count * Patches)
            .Select(index => BlockFloors.Below(open.Values.Floors(index / Patches)[index % Patches]))]);
    }

    /// <summary>What has arrived.</summary>
    /// <param name="epoch">The owner's epoch.</param>
    public BlockReport Report(long epoch) => new(
        Block,
        epoch,
        _open.ToDictionary(open => open.Key, open => open.Value.Received.ToArray()),
        Enumerable.Range(0, plan.Maps).Where(IsFinished).Select(map => plan.PassOf(map, Block)).ToHashSet());

    /// <summary>The mean over all maps, [n × averages × P].</summary>
    /// <exception cref="InvalidOperationException">A map is not finished.</exception>
    public double[] PatchScores()
    {
        if (!IsComplete)
        {
            throw new InvalidOperationException($"Block {Block} has finished {_summed} of {plan.Maps} maps.");
        }

        double[] scores = [.. _sums];
        Scoring.PatchScores.Average(scores, plan.Maps);
        return scores;
    }

    /// <summary>Share of all deliveries that a snapshot holds, 0 … 1.</summary>
    /// <param name="open">Whether it holds the passes that are not finished; without them it takes a few bytes.</param>
    public double Held(bool open)
    {
        double received = ((double)_summed + _waiting.Count) * _partners;
        return (received + (open ? _open.Values.Sum(pass => _partners - pass.Missing) : 0)) / ((double)plan.Maps * _partners);
    }

    /// <summary>Bytes of a snapshot's contents.</summary>
    public long SavedBytes(bool open) => (_sums.LongLength * sizeof(double) * (1 + _waiting.Count))
        + (open ? _open.Values.Sum(pass => pass.Received.Length + pass.Values.SavedBytes) : 0);

    /// <summary>Writes everything needed to go on elsewhere.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="open">Whether the passes that are not finished are written too.</param>
    public void Save(SnapshotFile file, bool open = true)
    {
        file.Write(_summed);
        file.Write<double>(_sums);
        file.Write(_waiting.Count);
        foreach ((int map, double[] scores) in _waiting)
        {
            file.Write(map);
            file.Write<double>(scores);
        }

        file.Write(open ? _open.Count : 0);
        foreach ((int pass, OpenPass values) in open ? _open : [])
        {
            file.Write(pass);
            file.Write<bool>(values.Received);
            values.Values.Save(file);
        }
    }

    /// <summary>Goes on from what <see cref="Save"/> wrote for an owner of the same identity; on a new owner only.</summary>
    public void Load(SnapshotFile file)
    {
        _summed = file.Read<int>();
        file.Read<double>(_sums);
        for (int waiting = file.Read<int>(); waiting > 0; waiting--)
        {
            double[] scores = new double[_sums.Length];
            int map = file.Read<int>();
            file.Read<double>(scores);
            _waiting.Add(map, scores);
        }

        for (int count = file.Read<int>(); count > 0; count--)
        {
            OpenPass open = Open(file.Read<int>());
            bool[] received = new bool[plan.Places];
            file.Read<bool>(received);
            foreach (int partner in plan.Partners(Block).Where(partner => received[plan.Place(Block, partner)]))
            {
                Receive(open, partner);
            }

            open.Values.Load(file);
        }
    }

    public void Dispose()
    {
        _open.Values.ToList().ForEach(open => open.Dispose());
        _open.Clear();
    }

    private IEnumerable<int> Rows(int other) => rows!.Skip(plan.Blocks[other].First).Take(plan.Blocks[other].Count);

    private bool IsFinished(int map) => map < _summed || _waiting.ContainsKey(map);

    // An image does not score itself.
    private void Receive(OpenPass open, int partner) => open.Receive(plan.Place(Block, partner), plan.Blocks[partner].Count - (partner == Block ? 1 : 0));

    private OpenPass Open(int pass)
    {
        if (!_open.TryGetValue(pass, out OpenPass? open))
        {
            open = new(_images.Count, Patches, kept, plan.Scorers(Block), plan.Places, _partners);
            try
            {
                for (int image = 0; _images.Known && image < _images.Count; image++)
                {
                    distances!.Load(plan.MapOf(pass), rows![_images.First + image], open.Values[image]);
                }
            }
            catch
            {
                // A pass that lacks what is known must not take in anything.
                open.Dispose();
                throw;
            }

            _open.Add(pass, open);
        }

        return open;
    }

    // Sums in the order of the maps, whichever was finished first: float64 sums depend on their order.
    private void Finish(int pass, OpenPass open)
    {
        double[] scores = new double[_sums.Length];
        for (int image = 0; image < _images.Count; image++)
        {
            open.Values.AddScores(image, scores.AsSpan(image * kept.Averages * Patches, kept.Averages * Patches));
            distances?.Save(plan.MapOf(pass), rows![_images.First + image], open.Values[image]);
        }

        _open.Remove(pass);
        open.Dispose();
        _waiting.Add(plan.MapOf(pass), scores);
        while (_waiting.Remove(_summed, out double[]? next))
        {
            Scoring.PatchScores.Add(_sums, next);
            _summed++;
        }
    }

    private sealed class OpenPass : IDisposable
    {
        private readonly NativeFloats _storage;

        public OpenPass(int images, int patches, KeptValues kept, int scorers, int places, int partners)
        {
            _storage = new((long)images * kept.Floats(patches, scorers));
            Values = new(images, patches, kept, scorers, _storage);
            (Received, Missing) = (new bool[places], partners);
        }

        public BlockAccumulator Values { get; }

        public bool[] Received { get; }

        public int Missing { get; private set; }

        public int Scorers { get; private set; }

        public void Receive(int place, int scorers)
        {
            Received[place] = true;
            Missing--;
            Scorers += scorers;
        }

        public void Dispose() => _storage.Dispose();
    }
}
