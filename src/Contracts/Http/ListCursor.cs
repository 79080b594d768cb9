using System.Buffers.Text;
using System.Text;

namespace MuSc.Contracts.Http;

/// <summary>
/// Places in lists: what an answer's <c>next</c> holds and the <c>?after=</c> of the request that goes on. Programs other than this one
/// pass them on as they are.
/// </summary>
public static class ListCursor
{
    /// <summary>The most entries that one answer has.</summary>
    public const int MostAtOnce = 500;

    /// <summary>A place in a list by time.</summary>
    public static string Of(ListPlace place) => Encode(string.Create(CultureInfo.InvariantCulture, $"{place.Time.UtcTicks}/{place.Id}"));

    /// <summary>A place in a list by name.</summary>
    public static string Of(string name) => Encode(name);

    /// <summary>A place in a list by number: how many entries were passed.</summary>
    public static string Of(int count) => Encode(count.ToString(CultureInfo.InvariantCulture));

    /// <summary>A place in a list by time.</summary>
    /// <exception cref="FormatException">It is none that was given out.</exception>
    public static ListPlace ToPlace(string cursor)
    {
        string text = ToName(cursor);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && ticks <= DateTimeOffset.MaxValue.Ticks && PathRules.IsIdentifier(text[(slash + 1)..])
            ? new(new(ticks, TimeSpan.Zero), text[(slash + 1)..])
            : throw Unknown(cursor);
    }

    /// <summary>A place in a list by name.</summary>
    /// <exception cref="FormatException">It is none that was given out.</exception>
    public static string ToName(string cursor) =>
        Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : throw Unknown(cursor);

    /// <summary>A place in a list by number.</summary>
    /// <exception cref="FormatException">It is none that was given out.</exception>
    public static int ToCount(string cursor) =>
        int.TryParse(ToName(cursor), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : throw Unknown(cursor);

    private static string Encode(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    private static FormatException Unknown(string cursor) => new($"'{cursor}' is no place in this list: give what 'next' said.");
}
