using System.Collections.Frozen;

namespace MuSc.Web.Access;

/// <summary>
/// The keys that a server accepts now. The file is read again at most every second, so that a key that is removed from it is
/// refused soon, without a restart. While the file cannot be read, no key is accepted: nobody knows which were removed.
/// </summary>
/// <param name="file">The file; null where there are no keys.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told when the file cannot be read, and when it changed.</param>
public sealed partial class KeyRing(KeyFile? file, TimeProvider time, ILogger<KeyRing> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly AccessKey Nobody = AccessKey.New("nobody", [Rights.Submit], default).Entry;

    private readonly Lock _gate = new();
    private FrozenDictionary<string, AccessKey> _keys = FrozenDictionary<string, AccessKey>.Empty;
    private byte[]? _contents;
    private string? _problem;
    private long? _readAt;

    /// <summary>The entry of a key that is given as text; null where it is not accepted.</summary>
    public AccessKey? Accept(string text)
    {
        AccessKey? entry = Find(AccessKey.IdOf(text));
        // The comparison is made for an unknown identifier too, so that the time taken says nothing about which there are.
        return (entry ?? Nobody).Fits(text) ? entry : null;
    }

    /// <summary>The entry with an identifier; null where it is not there any more.</summary>
    public AccessKey? Find(string id)
    {
        lock (_gate)
        {
            if (file is not null && (_readAt is not { } at || time.GetElapsedTime(at) >= Pause))
            {
                Read(file);
                _readAt = time.GetTimestamp();
            }

            return _keys.GetValueOrDefault(id);
        }
    }

    // Contents are compared, not length and time: a change within one tick of the file system's clock is seen, and links are followed.
    private void Read(KeyFile from)
    {
        try
        {
            byte[] contents = from.ReadBytes();
            if (_contents is not null && contents.AsSpan().SequenceEqual(_contents))
            {
                return;
            }

            _keys = from.Parse(contents).ToFrozenDictionary(key => key.Id);
            (_contents, _problem) = (contents, null);
            Log.Read(logger, from.Path, _keys.Count);
        }
        catch (JobException error)
        {
            if (error.Message != _problem)
            {
                Log.Unreadable(logger, error.Message);
            }

            (_keys, _contents, _problem) = (FrozenDictionary<string, AccessKey>.Empty, null, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 500, Level = LogLevel.Information, Message = "{File} holds {Count} keys")]
        public static partial void Read(ILogger logger, string file, int count);

        [LoggerMessage(EventId = 501, Level = LogLevel.Error, Message = "No key is accepted: {Problem}")]
        public static partial void Unreadable(ILogger logger, string problem);
    }
}
