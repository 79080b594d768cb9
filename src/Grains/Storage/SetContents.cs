using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>The images of a set: parts that have arrived, and whole files whose length and digest were as their sender said.</summary>
internal sealed class SetContents
{
    private readonly SetFolder _folder;
    private readonly string _blobs;
    private readonly MuScOptions _options;
    private readonly SortedDictionary<string, SetImage> _images;
    private readonly Dictionary<string, long> _parts;
    private long _bytes;

    private SetContents(SetFolder folder, MuScOptions options, SetRecord record)
    {
        (_folder, _options, Record) = (folder, options, record);
        _blobs = SetFolder.Blobs(options.ResultsRoot);
        _images = SetManifest.Read(folder.Manifest);
        _parts = new DirectoryInfo(folder.Parts).EnumerateFiles().ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        _bytes = _images.Values.Sum(image => image.Bytes);
    }

    /// <summary>What its maker says of it, and when.</summary>
    public SetRecord Record { get; }

    /// <summary>The set as clients see it.</summary>
    public ImageSet Description => new(_folder.Id, Record.Given, Record.Created, _images.Count, _bytes);

    /// <summary>Reads what is there.</summary>
    /// <returns>Null where there is no such set.</returns>
    /// <exception cref="IOException">The disk does not say.</exception>
    public static SetContents? Open(SetFolder folder, MuScOptions options) => folder.Read() is { } record ? new(folder, options, record) : null;

    /// <summary>Some images by name.</summary>
    public SetImage[] Images(string after, int limit) =>
        [.. _images.Values.SkipWhile(image => string.CompareOrdinal(image.Name, after) <= 0).Take(Math.Clamp(limit, 0, JobQuery.MostAtOnce))];

    /// <summary>Writes a part.</summary>
    /// <exception cref="JobException">The set, or this image, would have more bytes than it may.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Write(string part, long offset, byte[] bytes)
    {
        // Subtracted, since an offset may be as large as any number.
        if (offset > _options.ImageBytes - bytes.Length)
        {
            throw Refused(JobErrorKind.Resource, $"takes no image of more than {_options.ImageBytes} bytes ({MuScOptions.Section}:{nameof(MuScOptions.ImageBytes)})");
        }

        long before = _parts.GetValueOrDefault(part);
        if (Math.Max(before, offset + bytes.Length) - before > _options.SetBytes - _bytes - _parts.Values.Sum())
        {
            throw Refused(JobErrorKind.Resource, $"would have more than {_options.SetBytes} bytes, the most that one may have ({MuScOptions.Section}:{nameof(MuScOptions.SetBytes)})");
        }

        if (_images.Count + _parts.Count >= _options.SetImages && !_parts.ContainsKey(part))
        {
            throw TooMany();
        }

        using SafeFileHandle file = File.OpenHandle(PathBelow.OfIdentifier(_folder.Parts, part), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        RandomAccess.Write(file, bytes, offset);
        _parts[part] = RandomAccess.GetLength(file);
    }

    /// <summary>Gives an image its name, once it is what its sender sent and on the disk.</summary>
    /// <exception cref="JobException">Something else has arrived, which is forgotten; or the name is taken by another image.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public AddedImage Complete(string part, SetImage image, bool replace)
    {
        string path = _folder.FileOf(image.Sha256);
        _images.TryGetValue(image.Name, out SetImage? there);
        if (there == image)
        {
            Forget(part);
            return new(image, new(image.Name, path), IsNew: false);
        }

        if (there is not null && !replace)
        {
            Forget(part);
            throw Refused(
                JobErrorKind.Conflict,
                $"has an image '{image.Name}' of {there.Bytes} bytes and the SHA-256 {there.Sha256} already; replace it, or choose another name for the one of {image.Bytes} bytes and {image.Sha256}");
        }

        if (!_parts.ContainsKey(part))
        {
            throw Refused(JobErrorKind.Usage, $"has no parts of '{image.Name}': send it again");
        }

        string arrived = PathBelow.OfIdentifier(_folder.Parts, part);
        (long length, string sha256) = Found(arrived);
        if ((length, sha256) != (image.Bytes, image.Sha256))
        {
            Forget(part);
            throw Refused(
                JobErrorKind.Usage,
                $"received {length} bytes of '{image.Name}' with the SHA-256 {sha256}; its sender says {image.Bytes} bytes and {image.Sha256}. They are forgotten: send it again");
        }

        if (File.Exists(path))
        {
            File.Delete(arrived);
        }
        else
        {
            SharedFile.Place(arrived, Path.Combine(_blobs, sha256[..2], sha256), path);
            Durable.FlushFolder(_folder.Images);
        }

        SetManifest.Add(_folder.Manifest, image);
        _parts.Remove(part);
        _images[image.Name] = image;
        _bytes += image.Bytes - (there?.Bytes ?? 0);
        RemoveUnused(there);
        return new(image, new(image.Name, path), IsNew: true);
    }

    /// <summary>Forgets what has arrived of an image.</summary>
    public void Forget(string part)
    {
        File.Delete(PathBelow.OfIdentifier(_folder.Parts, part));
        _parts.Remove(part);
    }

    /// <summary>Forgets what has arrived of images to which nothing was added since a time.</summary>
    public void ForgetBefore(DateTimeOffset time)
    {
        foreach (FileInfo old in new DirectoryInfo(_folder.Parts).EnumerateFiles().Where(file => file.LastWriteTimeUtc < time.UtcDateTime))
        {
            Forget(old.Name);
        }
    }

    /// <summary>Takes an image out.</summary>
    /// <exception cref="JobException">There is none of that name.</exception>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Remove(string name)
    {
        if (!_images.TryGetValue(name, out SetImage? image))
        {
            throw Refused(JobErrorKind.NotFound, $"has no image '{name}'");
        }

        SetManifest.Remove(_folder.Manifest, name);
        _images.Remove(name);
        _bytes -= image.Bytes;
        RemoveUnused(image);
    }

    private static (long Length, string Sha256) Found(string path)
    {
        using FileStream file = File.OpenRead(path);
        return (file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    // Images of one set may have the same bytes.
    private void RemoveUnused(SetImage? image)
    {
        if (image is not null && _images.Values.All(other => other.Sha256 != image.Sha256))
        {
            File.Delete(_folder.FileOf(image.Sha256));
        }
    }

    private JobException TooMany() => Refused(
        JobErrorKind.Resource, $"has {_options.SetImages} images already, the most that one may have ({MuScOptions.Section}:{nameof(MuScOptions.SetImages)})");

    private JobException Refused(JobErrorKind kind, string why) => new(kind, $"The set {_folder.Id} {why}.");
}
