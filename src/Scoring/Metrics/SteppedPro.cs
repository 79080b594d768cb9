namespace MuSc.Scoring.Metrics;

/// <summary>
/// PRO as the authors compute it (SPEC 7, form "authors"): thresholds min + i·Δ below the maximum, Δ = (max − min)/200; strictly above
/// counts as defect; only points with a rate below the limit, their rates stretched to 0 … 1; trapezoids.
/// </summary>
internal sealed class SteppedPro
{
    private const int Steps = 200;
    private readonly double[] _thresholds;
    private readonly long[] _negatives;
    private readonly UInt128[] _coverage;

    public SteppedPro(double lowest, double highest)
    {
        double step = (highest - lowest) / Steps;
        // Rounding may leave one threshold more than there are steps.
        _thresholds = step > 0
            ? [.. Enumerable.Range(0, Steps + 2).Select(i => lowest + (i * step)).TakeWhile(threshold => threshold < highest)]
            : [];
        _negatives = new long[_thresholds.Length + 1];
        _coverage = new UInt128[_thresholds.Length + 1];
    }

    /// <summary>Thresholds strictly below <paramref name="score"/>, sought downwards from <paramref name="slot"/>, an earlier answer for a higher score.</summary>
    public int Slot(double score, int slot)
    {
        while (slot > 0 && _thresholds[slot - 1] >= score)
        {
            slot--;
        }

        return slot;
    }

    /// <summary>A slot that suits any score.</summary>
    public int TopSlot => _thresholds.Length;

    public void Add(int slot, in ScoreGroup group)
    {
        _negatives[slot] += group.Negatives;
        _coverage[slot] += group.Coverage;
    }

    /// <summary>Takes in what another instance with the same thresholds has counted.</summary>
    public void Join(SteppedPro other)
    {
        for (int slot = 0; slot < _negatives.Length; slot++)
        {
            _negatives[slot] += other._negatives[slot];
            _coverage[slot] += other._coverage[slot];
        }
    }

    public double? Result(ScoreTotals total, long regions, double limit)
    {
        if (regions == 0 || total.Negatives == 0)
        {
            return null;
        }

        List<(double Rate, double Overlap)> points = [];
        long negatives = 0;
        UInt128 coverage = 0;
        for (int slot = _thresholds.Length; slot > 0; slot--)
        {
            negatives += _negatives[slot];
            coverage += _coverage[slot];
            double rate = (double)negatives / total.Negatives;
            if (rate < limit)
            {
                points.Add((rate, ProArea.Overlap(coverage, regions)));
            }
        }

        double span = points.Count == 0 ? 0 : points[^1].Rate - points[0].Rate;
        return span == 0 ? null : points.Zip(points.Skip(1)).Sum(pair =>
            (pair.Second.Rate - pair.First.Rate) / span * (pair.First.Overlap + pair.Second.Overlap) / 2);
    }
}
