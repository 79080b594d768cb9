namespace MuSc.Grains;

/// <summary>
/// Keeps messages far below Orleans' limit of 100 MiB. A message over that limit does not fail alone: it breaks the
/// connection under every caller and is sent again until it times out. So it is refused before it is sent.
/// </summary>
public static class MessageSize
{
    /// <summary>The largest payload that is sent, 4 MiB.</summary>
    public const int Limit = 4 << 20;

    /// <summary>Refuses a payload that is too large.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="ArgumentException">It is larger than <see cref="Limit"/>.</exception>
    public static void Guard(long bytes, string what)
    {
        if (bytes > Limit)
        {
            throw new ArgumentException($"{what} has {bytes} bytes; at most {Limit} are sent in one message. Cut it into parts.");
        }
    }
}
