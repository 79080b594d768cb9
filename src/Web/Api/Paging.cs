using System.Buffers.Text;
using System.Text;
using MuSc.Contracts.Http;
using MuSc.Web.Problems;

namespace MuSc.Web.Api;

/// <summary>Lists in parts: <c>?limit=</c> and <c>?after=</c>.</summary>
internal static class Paging
{
    private const int Usual = 50;
    private const int Most = 500;

    /// <summary>How many entries to give.</summary>
    /// <exception cref="ApiProblem">Out of range.</exception>
    public static int Limit(int? limit) => limit is null or (>= 1 and <= Most)
        ? limit ?? Usual
        : throw ApiProblem.Invalid("limit", $"A limit of {limit} is out of range: 1 … {Most}.");

    /// <summary>Where to go on, from an opaque text.</summary>
    /// <exception cref="ApiProblem">It is none that was given out.</exception>
    public static ListPlace? Place(string? after)
    {
        if (after is null)
        {
            return null;
        }

        string text = Decode(after);
        int slash = text.IndexOf('/');
        return slash > 0 && long.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks && PathRules.IsIdentifier(text[(slash + 1)..])
            ? new(new(ticks, TimeSpan.Zero), text[(slash + 1)..])
            : throw Unknown();
    }

    /// <summary>Where to go on, as a name or a number.</summary>
    /// <exception cref="ApiProblem">It is none that was given out.</exception>
    public static string Text(string? after) => after is null ? "" : Decode(after);

    /// <summary>Where to go on, as a count of entries passed.</summary>
    /// <exception cref="ApiProblem">It is none that was given out.</exception>
    public static int Count(string? after) => after is null ? 0
        : int.TryParse(Decode(after), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : throw Unknown();

    /// <summary>A page; one entry more than the limit was asked for, so that it is known whether there are more.</summary>
    public static ListPage<TOut> Of<TIn, TOut>(IReadOnlyList<TIn> found, int limit, Func<TIn, TOut> show, Func<TIn, string> place) =>
        new([.. found.Take(limit).Select(show)], found.Count > limit ? Encode(place(found[limit - 1])) : null);

    /// <summary>The place of an entry in a list by time.</summary>
    public static string Of(DateTimeOffset time, string id) => string.Create(CultureInfo.InvariantCulture, $"{time.UtcTicks}/{id}");

    /// <summary>An opaque text.</summary>
    public static string Encode(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    private static string Decode(string after)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(after));
        }
        catch (FormatException)
        {
            throw Unknown();
        }
    }

    private static ApiProblem Unknown() => ApiProblem.Invalid("after", "'after' is no place in this list: give what 'next' said.");
}
