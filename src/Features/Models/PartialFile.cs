namespace MuSc.Features.Models;

/// <summary>What has arrived of a file, and which version of it (its entity tag) that is.</summary>
/// <param name="target">Where the whole file will lie.</param>
internal sealed class PartialFile(string target)
{
    private readonly string _versionPath = target + ".part.version";

    public string Path { get; } = target + ".part";

    /// <summary>Bytes that have arrived; 0 where none have.</summary>
    public long Length => new FileInfo(Path) is { Exists: true } file ? file.Length : 0;

    /// <summary>The entity tag of the version that they are of, or none.</summary>
    public string? Version
    {
        get => File.Exists(_versionPath) ? File.ReadAllText(_versionPath) : null;
        set
        {
            if (value is null)
            {
                File.Delete(_versionPath);
            }
            else
            {
                File.WriteAllText(_versionPath, value);
            }
        }
    }

    /// <summary>Opens the file to go on after so many bytes; what lies behind them is dropped.</summary>
    public FileStream Open(long start)
    {
        FileStream file = new(Path, FileMode.OpenOrCreate, FileAccess.Write);
        file.SetLength(start);
        file.Position = start;
        return file;
    }

    /// <summary>Gives the whole file its name.</summary>
    public void Finish(string path)
    {
        File.Move(Path, path, overwrite: true);
        File.Delete(_versionPath);
    }

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_versionPath);
    }
}
