using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Engine.Local;

/// <summary>
/// Keys of the images whose extraction was begun, in a file that outlives the process however it ends: the next run tells
/// from it what it does again. No result depends on it.
/// </summary>
internal sealed class ExtractionRecord
{
    private readonly string _path;

    /// <param name="folder">The folder of the features; what an earlier run left there is replaced.</param>
    /// <exception cref="JobException">The file cannot be written.</exception>
    public ExtractionRecord(string folder)
    {
        _path = Path.Combine(folder, "begun");
        Before = File.Exists(_path) ? new HashSet<string>(File.ReadLines(_path)) : [];
        DiskError.Tell(_path, () => File.WriteAllText(_path, string.Empty));
    }

    /// <summary>What an earlier run began.</summary>
    public IReadOnlySet<string> Before { get; }

    /// <summary>Some images' extraction begins.</summary>
    public void Begin(IEnumerable<string> keys) => DiskError.Tell(_path, () => File.AppendAllLines(_path, keys));
}
