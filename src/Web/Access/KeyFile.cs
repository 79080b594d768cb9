using System.Text.Json;
using MuSc.Engine.Files;

namespace MuSc.Web.Access;

/// <summary>A file of keys, as JSON: <c>{"keys": [{"id", "name", "rights", "salt", "hash", "created"}]}</c>.</summary>
/// <param name="path">The file; a link is followed.</param>
public sealed class KeyFile(string path)
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "MUSC_KEYS";

    /// <summary>Its usual name, in a server's data folder.</summary>
    public const string UsualName = "keys.json";

    /// <summary>Bytes that it has at most.</summary>
    public const int MostBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>Where it lies.</summary>
    public string Path => path;

    /// <summary>The keys in it.</summary>
    /// <exception cref="JobException">It is not there, cannot be read, or is damaged.</exception>
    public IReadOnlyList<AccessKey> Read() => Parse(ReadBytes());

    /// <summary>Makes a key and adds it; the file is made where it is not there.</summary>
    /// <param name="name">The owner's name.</param>
    /// <param name="rights">What it allows.</param>
    /// <param name="created">Now.</param>
    /// <returns>The entry, and the key as text, which is kept nowhere.</returns>
    /// <exception cref="JobException">The name or a right is wrong, or the file cannot be changed.</exception>
    public (AccessKey Entry, string Text) Add(string name, IReadOnlyList<string> rights, DateTimeOffset created)
    {
        (AccessKey entry, string text) = AccessKey.New(name, rights, created);
        Change(keys => [.. keys, entry]);
        return (entry, text);
    }

    /// <summary>Removes an owner's keys.</summary>
    /// <param name="name">The owner's name.</param>
    /// <param name="id">Only the key with this identifier.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="JobException">There is none, or the file cannot be changed.</exception>
    public IReadOnlyList<AccessKey> Remove(string name, string? id = null)
    {
        AccessKey[] removed = [];
        Change(keys =>
        {
            removed = [.. keys.Where(key => key.Name == name && (id is null || key.Id == id))];
            return removed.Length > 0
                ? keys.Except(removed)
                : throw new JobException(
                    JobErrorKind.Usage, $"{path} holds no key of '{name}'{(id is null ? "" : $" with the id '{id}'")}; 'musc key list' shows those it holds.");
        });
        return removed;
    }

    /// <summary>What is in the file.</summary>
    /// <exception cref="JobException">It is not there, cannot be read, or is too large.</exception>
    internal byte[] ReadBytes()
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MostBytes)
            {
                throw TooLarge();
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(
                JobErrorKind.Input, $"The file of keys {path} cannot be read: {error.Message} 'musc key new NAME --rights submit --keys FILE' makes one.", error);
        }
    }

    /// <summary>The keys that are written in the file.</summary>
    /// <exception cref="JobException">It is damaged.</exception>
    internal IReadOnlyList<AccessKey> Parse(byte[] bytes)
    {
        try
        {
            IReadOnlyList<AccessKey> keys = JsonSerializer.Deserialize<Contents>(bytes, Json)?.Keys ?? throw Damaged("it is empty.");
            string? problem = keys.Select(key => key is null ? "it lists a key that is null." : key.Problem()).FirstOrDefault(found => found is not null)
                ?? keys.GroupBy(key => key.Id).Where(same => same.Count() > 1).Select(same => $"two keys have the id '{same.Key}'.").FirstOrDefault();
            return problem is null ? keys : throw Damaged(problem);
        }
        catch (JsonException error)
        {
            throw Damaged(error.Message, error);
        }
    }

    private void Change(Func<IReadOnlyList<AccessKey>, IEnumerable<AccessKey>> change) => DiskError.Name(path, () =>
    {
        string real = RealPath.Of(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(real)!);
        // Of two commands at once, one is refused: it would undo what the other did.
        using FileStream held = new($"{real}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Write(real, new([.. change(File.Exists(real) ? Read() : [])]));
    });

    private void Write(string real, Contents contents)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(contents, Json), (byte)'\n'];
        if (bytes.Length > MostBytes)
        {
            throw TooLarge();
        }

        using AtomicFile file = new(real);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.Stream.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        file.Stream.Write(bytes);
        file.Complete(flushToDisk: true);
    }

    private JobException TooLarge() =>
        new(JobErrorKind.Input, $"The file of keys {path} has more than {MostBytes} bytes; remove keys that nobody uses with 'musc key remove NAME'.");

    private JobException Damaged(string what, Exception? inner = null) => new(
        JobErrorKind.Input, $"The file of keys {path} is damaged: {what} Restore it from a copy, or delete it and make the keys again with 'musc key new'.", inner);

    private sealed record Contents(IReadOnlyList<AccessKey> Keys);
}
