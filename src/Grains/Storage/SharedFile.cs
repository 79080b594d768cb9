using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>
/// Files of the same bytes that several sets have: one file on the disk with a name in each of them (hard links), and one among the blobs
/// by which the next set finds it. Where the file system has no hard links each set has its own copy.
/// </summary>
internal static class SharedFile
{
    /// <summary>Gives what has arrived its name in a set, sharing the bytes with other sets where they are there already.</summary>
    /// <param name="part">What has arrived; it is gone afterwards.</param>
    /// <param name="blob">The name by which other sets find it.</param>
    /// <param name="path">The name in the set.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public static void Place(string part, string blob, string path)
    {
        if (HardLink.TryMake(blob, path))
        {
            File.Delete(part);
            return;
        }

        Durable.Flush(part);
        File.Move(part, path, overwrite: true);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        // Without it nothing is shared, and nothing else is lost.
        _ = HardLink.TryMake(path, blob);
    }

    /// <summary>Deletes blobs that no set has any more.</summary>
    /// <param name="blobs">Where they lie.</param>
    /// <param name="used">Names of those that sets have.</param>
    public static void Sweep(string blobs, IReadOnlySet<string> used)
    {
        if (Directory.Exists(blobs))
        {
            foreach (string blob in Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).Where(blob => !used.Contains(Path.GetFileName(blob))))
            {
                // A set that takes it at this moment has a name of its own for it.
                File.Delete(blob);
            }
        }
    }
}
