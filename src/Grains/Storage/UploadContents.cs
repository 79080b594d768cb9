using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>The files of an upload: parts under a name that is not the last one, and whole ones whose length and digest were as their sender said.</summary>
internal sealed class UploadContents
{
    private readonly UploadFolder _folder;
    private readonly MuScOptions _options;
    private readonly Dictionary<string, long> _whole;
    private readonly Dictionary<string, long> _parts;
    private long _bytes;

    /// <summary>Reads what is there.</summary>
    /// <param name="folder">The upload.</param>
    /// <param name="options">How many files and bytes an upload may have.</param>
    /// <exception cref="IOException">The disk does not say.</exception>
    public UploadContents(UploadFolder folder, MuScOptions options)
    {
        (_folder, _options) = (folder, options);
        _whole = UploadFolder.Below(folder.Files).ToDictionary(file => file.Name, file => file.Bytes, StringComparer.Ordinal);
        _parts = UploadFolder.Below(folder.Parts).ToDictionary(file => file.Name, file => file.Bytes, StringComparer.Ordinal);
        _bytes = _whole.Values.Sum() + _parts.Values.Sum();
    }

    /// <summary>Whether a part is to be written: not where its file is whole already.</summary>
    /// <exception cref="JobException">The upload would have more files or bytes than it may.</exception>
    public bool Admit(string name, long offset, int count)
    {
        if (_whole.ContainsKey(name))
        {
            return false;
        }

        bool known = _parts.TryGetValue(name, out long before);
        if (!known && _whole.Count + _parts.Count >= _options.UploadFiles)
        {
            throw Refused($"has {_options.UploadFiles} files already, the most that one may have ({MuScOptions.Section}:{nameof(MuScOptions.UploadFiles)})");
        }

        // Subtracted, since an offset may be as large as any number.
        if (offset > _options.UploadBytes - count || Math.Max(before, offset + count) - before > _options.UploadBytes - _bytes)
        {
            throw Refused($"would have more than {_options.UploadBytes} bytes, the most that one may have ({MuScOptions.Section}:{nameof(MuScOptions.UploadBytes)})");
        }

        return true;
    }

    /// <summary>Writes an admitted part.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Write(string name, long offset, byte[] bytes)
    {
        string path = PathBelow.Of(_folder.Parts, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, bytes, offset);
        long length = RandomAccess.GetLength(file);
        _bytes += length - _parts.GetValueOrDefault(name);
        _parts[name] = length;
    }

    /// <summary>Gives a file its name, once it is what its sender sent and on the disk.</summary>
    /// <param name="name">The file.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="sha256">Its SHA-256.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="JobException">Something else has arrived, which is forgotten; or the name is taken by another file.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public string Complete(string name, long length, string sha256)
    {
        string path = PathBelow.Of(_folder.Files, name);
        if (_whole.ContainsKey(name))
        {
            return Found(path) is var there && there == (length, sha256)
                ? path
                : throw Refused($"has a file '{name}' of {there.Length} bytes and the SHA-256 {there.Sha256} already; choose another name for one of {length} bytes and {sha256}");
        }

        if (!_parts.TryGetValue(name, out long arrived))
        {
            throw Refused($"has no parts of '{name}': send it again");
        }

        string part = PathBelow.Of(_folder.Parts, name);
        (long Length, string Sha256) found = Found(part);
        if (found != (length, sha256))
        {
            File.Delete(part);
            Forget(name, arrived);
            throw Refused($"received {found.Length} bytes of '{name}' with the SHA-256 {found.Sha256}; its sender says {length} bytes and {sha256}. They are forgotten: send it again");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Durable.Flush(part);
        File.Move(part, path);
        FlushFolders(path);
        Forget(name, arrived);
        _whole[name] = length;
        _bytes += length;
        return path;
    }

    /// <summary>Checks that a job can use the upload.</summary>
    /// <param name="names">The files that it names.</param>
    /// <exception cref="JobException">It cannot.</exception>
    public void Check(IEnumerable<string> names)
    {
        if (_parts.Count > 0)
        {
            throw Refused($"is not finished: {_parts.Count} of its files have not arrived whole, such as '{_parts.Keys.Order(StringComparer.Ordinal).First()}'. Send them again, or make a new upload");
        }

        if (names.FirstOrDefault(name => !_whole.ContainsKey(name)) is { } absent)
        {
            throw Refused($"has no file '{absent}': it was not sent, or went when its job ended or {_options.UploadTime} had passed. Send it again");
        }
    }

    private static (long Length, string Sha256) Found(string path)
    {
        using FileStream file = File.OpenRead(path);
        return (file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    // The name and the folders that may be new with it.
    private void FlushFolders(string path)
    {
        string folder = path;
        do
        {
            folder = Path.GetDirectoryName(folder)!;
            Durable.FlushFolder(folder);
        }
        while (folder != _folder.Whole);
    }

    private void Forget(string name, long arrived)
    {
        _parts.Remove(name);
        _bytes -= arrived;
    }

    private JobException Refused(string why) => new(JobErrorKind.Usage, $"The upload {Path.GetFileName(_folder.Whole)} {why}.");
}
