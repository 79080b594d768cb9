using System.Text.Json;

namespace MuSc.Grains.Storage;

/// <summary>Which images a set has: a file with a line for each image that came, and one without a digest for each that went.</summary>
internal static class SetManifest
{
    /// <summary>Reads it; a last line that was not written whole is passed over.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    public static SortedDictionary<string, SetImage> Read(string path)
    {
        SortedDictionary<string, SetImage> images = new(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (Parse(line) is not { Name.Length: > 0 } image)
            {
                continue;
            }

            if (image.Sha256.Length > 0)
            {
                images[image.Name] = image;
            }
            else
            {
                images.Remove(image.Name);
            }
        }

        return images;
    }

    /// <summary>Adds an image, on the disk.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Add(string path, SetImage image)
    {
        using FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        // Before the line, since the last one may not have been written whole.
        file.Write("\n"u8);
        JsonSerializer.Serialize(file, image);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Takes an image out, on the disk.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Remove(string path, string name) => Add(path, new(name, 0, ""));

    private static SetImage? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<SetImage>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
