namespace MuSc.Scoring.Metrics;

/// <summary>Pixel-level metrics of a set of anomaly maps (docs/method.md, Metrics). Null means not available.</summary>
/// <param name="Ranking">AUROC, average precision and F1-max over all pixels of all maps.</param>
/// <param name="Pro">
/// Area under the per-region overlap, every distinct score a threshold, up to the limit of the false-positive rate and divided by
/// it; with saturated regions the sPRO of MVTec LOCO AD.
/// </param>
/// <param name="ProAuthors">The same by the authors' 200 steps: strictly above counts as defect, only rates below the limit, stretched to 0 … 1.</param>
public sealed record PixelMetrics(RankingMetrics Ranking, double? Pro, double? ProAuthors)
{
    public static PixelMetrics NotAvailable { get; } = new(RankingMetrics.NotAvailable, null, null);
}

/// <summary>All pixel metrics of one stretch of the descending order of scores.</summary>
internal struct CurveSums(RankingSums ranking, ProArea pro, SteppedPro stepped)
{
    private RankingSums _ranking = ranking;
    private ProArea _pro = pro;
    private int _slot = stepped.TopSlot;

    public void Add(in ScoreGroup group)
    {
        _ranking.Add(group);
        _pro.Add(group);
        _slot = stepped.Slot(group.Score, _slot);
        stepped.Add(_slot, group);
    }

    /// <summary>Takes in the next stretch down the order; the stepped counts are joined apart.</summary>
    public void Join(in CurveSums next)
    {
        _ranking.Join(next._ranking);
        _pro.Join(next._pro);
    }

    public readonly RankingMetrics Ranking => _ranking.Result();

    public readonly double? Pro => _pro.Result();
}

/// <summary>
/// The area under the mean coverage of the regions over the false-positive rate, from (0, 0) to the limit, cut there by linear
/// interpolation and divided by it (docs/method.md, Metrics, form "exact"). Groups come in descending order of score; stretches are joined as with
/// <see cref="RankingSums"/>.
/// </summary>
/// <param name="total">The whole set.</param>
/// <param name="regions">Regions of the whole set.</param>
/// <param name="limit">Highest false-positive rate, above 0 and at most 1.</param>
/// <param name="above">What has a higher score than the first group of this stretch.</param>
internal struct ProArea(ScoreTotals total, long regions, double limit, ScoreTotals above)
{
    private long _negatives = above.Negatives;
    private double _rate = (double)above.Negatives / total.Negatives;
    private UInt128 _coverage = above.Coverage;
    private double _overlap = Overlap(above.Coverage, regions);
    private double _area;

    public void Add(in ScoreGroup group)
    {
        if (_rate >= limit)
        {
            return;
        }

        double overlap = _overlap;
        if (group.Coverage != UInt128.Zero)
        {
            _coverage += group.Coverage;
            overlap = Overlap(_coverage, regions);
        }

        _negatives += group.Negatives;
        double rate = (double)_negatives / total.Negatives;
        if (rate > limit)
        {
            double atLimit = _overlap + ((overlap - _overlap) * (limit - _rate) / (rate - _rate));
            _area += (limit - _rate) * (_overlap + atLimit) / 2;
        }
        else
        {
            _area += (rate - _rate) * (_overlap + overlap) / 2;
        }

        _rate = rate;
        _overlap = overlap;
    }

    /// <summary>Takes in the area of the next stretch down the order.</summary>
    public void Join(in ProArea next) => _area += next._area;

    public readonly double? Result() => regions == 0 || total.Negatives == 0 ? null : _area / limit;

    internal static double Overlap(UInt128 coverage, long regions) => (double)coverage / CoverageUnit.One / regions;
}

/// <summary>
/// PRO as the authors compute it (docs/method.md, Metrics, form "authors"): thresholds min + i·Δ below the maximum, Δ = (max − min)/200; strictly above
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
