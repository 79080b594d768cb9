namespace MuSc.Scoring.Decisions;

/// <summary>
/// The multiset of a set's scores: a sorted histogram of <see cref="ScoreUnits"/>, at most 16 bytes an image. Parts of a set merge into
/// the same counts in any order and any partition.
/// </summary>
public sealed class ScoreCounts
{
    private readonly SortedDictionary<long, long> _counts = [];

    /// <summary>Scores that were counted.</summary>
    public long Count { get; private set; }

    /// <summary>Counts the scores of some images.</summary>
    /// <param name="scores">Finite and at least 0.</param>
    /// <exception cref="ArgumentException">A score is not; its place is named.</exception>
    public static ScoreCounts Of(params ReadOnlySpan<double> scores)
    {
        ScoreCounts counts = new();
        for (int image = 0; image < scores.Length; image++)
        {
            if (!(scores[image] >= 0 && double.IsFinite(scores[image])))
            {
                throw new ArgumentException($"The score of image {image + 1} is {scores[image]}; scores are finite and 0 or more.", nameof(scores));
            }

            counts.Add(ScoreUnits.Of(scores[image]), 1);
        }

        return counts;
    }

    /// <summary>Takes in another part of the set.</summary>
    public void Merge(ScoreCounts other)
    {
        foreach ((long units, long count) in other._counts)
        {
            Add(units, count);
        }
    }

    /// <summary>[N] The scores in units, ascending.</summary>
    public long[] Ascending()
    {
        long[] units = new long[Count];
        int at = 0;
        foreach ((long value, long count) in _counts)
        {
            units.AsSpan(at, (int)count).Fill(value);
            at += (int)count;
        }

        return units;
    }

    private void Add(long units, long count)
    {
        _counts[units] = _counts.GetValueOrDefault(units) + count;
        Count += count;
    }
}
