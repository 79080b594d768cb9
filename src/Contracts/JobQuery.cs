namespace MuSc.Contracts;

/// <summary>Which jobs or sets are asked for: newest first.</summary>
public sealed record JobQuery
{
    /// <summary>The most that one answer has.</summary>
    public const int MostAtOnce = 1_000;

    /// <summary>Only those of one owner. The default is everybody's.</summary>
    public string? Owner { get; init; }

    /// <summary>Only jobs in one of these states; empty for all.</summary>
    public IReadOnlyList<JobState> States { get; init; } = [];

    /// <summary>Only those after this one in the list. The default is from the newest.</summary>
    public ListPlace? After { get; init; }

    /// <summary>How many at most, 1 … <see cref="MostAtOnce"/>.</summary>
    public int Limit { get; init; } = MostAtOnce;
}

/// <summary>A place in a list that is sorted by time, newest first; it stays right when others come and go.</summary>
/// <param name="Time">When the job was submitted, or the set was made.</param>
/// <param name="Id">Which one it is, among those of the same time.</param>
public sealed record ListPlace(DateTimeOffset Time, string Id)
{
    /// <summary>Sorts, newest first, and leaves out what comes before a place.</summary>
    public static IEnumerable<T> After<T>(ListPlace? after, IEnumerable<T> all, Func<T, ListPlace> place) => all
        .Select(one => (Place: place(one), One: one))
        .Where(entry => after is null || Compare(after, entry.Place) < 0)
        .OrderBy(entry => entry.Place, Comparer<ListPlace>.Create(Compare))
        .Select(entry => entry.One);

    private static int Compare(ListPlace one, ListPlace other) =>
        other.Time.CompareTo(one.Time) is not 0 and var order ? order : string.CompareOrdinal(one.Id, other.Id);
}
