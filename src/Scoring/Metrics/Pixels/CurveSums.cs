namespace MuSc.Scoring.Metrics.Pixels;

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
