using MuSc.Scoring.Metrics.Regions;

namespace MuSc.Scoring.Metrics;

/// <summary>
/// The area under the mean coverage of the regions over the false-positive rate, from (0, 0) to the limit, cut there by linear
/// interpolation and divided by it (SPEC 7, form "exact"). Groups come in descending order of score; stretches are joined as with
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
