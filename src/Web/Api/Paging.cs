using MuSc.Contracts.Http;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>Lists in parts: <c>?limit=</c> and <c>?after=</c>.</summary>
internal static class Paging
{
    private const int Usual = 50;

    /// <summary>How many entries to give.</summary>
    /// <exception cref="ApiProblem">Out of range.</exception>
    public static int Limit(int? limit) => limit is null or (>= 1 and <= ListCursor.MostAtOnce)
        ? limit ?? Usual
        : throw ApiProblem.Invalid("limit", $"A limit of {limit} is out of range: 1 … {ListCursor.MostAtOnce}.");

    /// <summary>Where to go on in a list by time.</summary>
    /// <exception cref="ApiProblem">It is nowhere.</exception>
    public static ListPlace? Place(string? after) => after is null ? null : Read(after, ListCursor.ToPlace);

    /// <summary>Where to go on in a list by name.</summary>
    /// <exception cref="ApiProblem">It is nowhere.</exception>
    public static string Name(string? after) => after is null ? "" : Read(after, ListCursor.ToName);

    /// <summary>Where to go on, as a count of entries passed.</summary>
    /// <exception cref="ApiProblem">It is nowhere.</exception>
    public static int Count(string? after) => after is null ? 0 : Read(after, ListCursor.ToCount);

    /// <summary>A page; one entry more than the limit was asked for, so that it is known whether there are more.</summary>
    public static ListPage<TOut> Of<TIn, TOut>(IReadOnlyList<TIn> found, int limit, Func<TIn, TOut> show, Func<TIn, string> place) =>
        new([.. found.Take(limit).Select(show)], found.Count > limit ? place(found[limit - 1]) : null);

    private static T Read<T>(string after, Func<string, T> read)
    {
        try
        {
            return read(after);
        }
        catch (FormatException error)
        {
            throw ApiProblem.Invalid("after", error.Message);
        }
    }
}
