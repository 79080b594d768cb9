namespace MuSc.Tests;

/// <summary>A folder of its own for one test; it goes with the test.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Folder = Directory.CreateTempSubdirectory("musc-test-").FullName;

    public string Folder { get; }

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Makes an empty file, and its folders.</summary>
    public string Touch(params string[] parts)
    {
        string path = At(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
