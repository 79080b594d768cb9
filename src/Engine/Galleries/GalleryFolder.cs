using MuSc.Engine.Files;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Galleries;

/// <summary>
/// A gallery on disk: <c>gallery.json</c>, and the folder of the generation that it names. A change is written as a generation beside it
/// and counts with the replacement of that file: whoever is killed leaves the gallery as it was, or changed.
/// </summary>
/// <param name="folder">Its folder; it need not be there.</param>
public sealed class GalleryFolder(string folder)
{
    private const string Readers = ".readers";
    private const string NextName = "next";
    private const string Prefix = "generation-";
    private const int Attempts = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The folder.</summary>
    public string Place => folder;

    /// <summary>Where a job on this machine writes the next generation.</summary>
    public string Next => Path.Combine(folder, NextName);

    /// <summary>A generation's folder.</summary>
    public string Of(string generation) => PathBelow.OfIdentifier(folder, Prefix + generation);

    /// <summary>The features of a generation, by the hash of the image.</summary>
    public static string Features(string generationFolder) => Path.Combine(generationFolder, "features");

    /// <summary>Takes the gallery for a change, and clears up what others left unfinished.</summary>
    /// <exception cref="JobException">The folder holds something else, another process changes the gallery, or the disk does not take it.</exception>
    public IDisposable Change() => DiskError.Name(folder, () =>
    {
        if (GalleryManifest.Read(folder) is null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => !IsOurs(Path.GetFileName(entry))))
        {
            throw new JobException(JobErrorKind.Usage, $"{folder}: the folder is not empty and holds no gallery; choose another one.");
        }

        Directory.CreateDirectory(folder);
        FolderLock taken = FolderLock.TryTake(folder)
            ?? throw new JobException(JobErrorKind.Resource, $"{folder}: another job is changing this gallery; wait for it.");
        Clear();
        return taken;
    });

    /// <summary>Keeps what the gallery has now where it is, for whoever only reads it.</summary>
    /// <exception cref="JobException">There is no gallery, or it cannot be read.</exception>
    public IDisposable Reading()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path.Combine(folder, Readers), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            }
            catch (IOException) when (attempt < Attempts && File.Exists(Path.Combine(folder, Readers)))
            {
                // Somebody looks whether there are readers: that takes no time.
                Thread.Sleep(Pause);
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                throw Absent(error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new JobException(JobErrorKind.Resource, $"{folder}: the gallery cannot be read now: {error.Message.TrimEnd('.')}.", error);
            }
        }
    }
    /// <summary>Makes a generation the gallery. The caller holds <see cref="Change"/>.</summary>
    /// <param name="written">The folder in which it was written; whoever is killed here finds it there again.</param>
    /// <param name="manifest">What it holds.</param>
    /// <param name="from">The generation that it was made from, or null.</param>
    /// <exception cref="JobException">The gallery has changed since, or the disk does not take it.</exception>
    public void Commit(string written, GalleryManifest manifest, string? from) => DiskError.Name(folder, () =>
    {
        GalleryManifest? now = GalleryManifest.Read(folder);
        if (now?.Generation == manifest.Generation)
        {
            return;
        }

        if (now?.Generation != from)
        {
            throw new JobException(JobErrorKind.Resource, $"{folder}: another job has changed this gallery meanwhile; submit the job again.");
        }

        string place = Of(manifest.Generation);
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        // All of it lies on the disk before anything names it.
        HardLink.Tree(written, place);
        Durable.FlushTree(place);
        if (!File.Exists(Path.Combine(folder, Readers)))
        {
            File.Create(Path.Combine(folder, Readers)).Dispose();
        }

        // Whoever was removed while the job was at work stays removed.
        HashSet<(string, DateTimeOffset)> removed = [.. (now?.Images ?? []).Where(image => image.Left).Select(image => (image.Name, image.Added))];
        Replace(manifest with { Images = [.. manifest.Images.Select(image => image with { Left = removed.Contains((image.Name, image.Added)) })] });
        Clear();
    });

    /// <summary>Takes images out: they are scored against no more. The caller holds <see cref="Change"/>.</summary>
    /// <param name="names">Their names.</param>
    /// <returns>How many are left.</returns>
    /// <exception cref="JobException">One of them is not there.</exception>
    public int Remove(IReadOnlyCollection<string> names)
    {
        GalleryManifest manifest = Manifest();
        HashSet<string> leaving = new(names, StringComparer.Ordinal);
        string[] absent = [.. leaving.Except(manifest.Present.Select(image => image.Name))];
        if (absent.Length > 0)
        {
            throw new JobException(JobErrorKind.Usage, $"{folder}: the gallery has no image '{string.Join("', '", absent)}'; see 'musc gallery list'.");
        }

        GalleryManifest left = manifest with { Images = [.. manifest.Images.Select(image => leaving.Contains(image.Name) ? image with { Left = true } : image)] };
        DiskError.Name(folder, () => Replace(left));
        return left.Present.Count();
    }

    /// <summary>What the gallery holds.</summary>
    /// <exception cref="JobException">There is none, or it cannot be read.</exception>
    public GalleryManifest Manifest() => GalleryManifest.Read(folder) ?? throw Absent(null);

    /// <summary>Reads all features and kept values through.</summary>
    /// <param name="done">Called with 1 for each image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>What is wrong, by image.</returns>
    public IReadOnlyList<(string Image, string Problem)> Verify(Action<int> done, CancellationToken cancellationToken)
    {
        GalleryManifest manifest = Manifest();
        FeatureStore features = new(Features(Of(manifest.Generation)), manifest.Shape);
        List<(string, string)> problems = [];
        foreach ((int place, GalleryImage image) in manifest.Images.Index().Where(image => !image.Item.Left))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!features.IsThere(image.Sha256))
            {
                problems.Add((image.Name, "its features are missing or damaged"));
            }

            if (KeptDistances.Problem(Of(manifest.Generation), manifest.Maps, place, manifest.Shape.Stages[0].Patches) is { } problem)
            {
                problems.Add((image.Name, problem));
            }

            done(1);
        }

        return problems;
    }

    // Nothing else is ever deleted.
    private static bool IsOurs(string name) => name is NextName or Readers or FolderLock.Name
        || name.StartsWith(Prefix, StringComparison.Ordinal)
        || (name.StartsWith(GalleryManifest.Name, StringComparison.Ordinal) && name.EndsWith(AtomicFile.Extension, StringComparison.Ordinal));

    private JobException Absent(Exception? error) => new(JobErrorKind.Usage, $"{folder}: there is no gallery; begin one with 'musc score IMAGES --gallery {folder}'.", error);

    private void Replace(GalleryManifest manifest) => AtomicFile.Write(
        Path.Combine(folder, GalleryManifest.Name), file => System.Text.Json.JsonSerializer.Serialize(file, manifest, ResultJson.Options), flushToDisk: true);

    // Generations that are not the gallery's: of jobs that were killed, or that somebody was reading when they were replaced.
    private void Clear()
    {
        string? now = GalleryManifest.Read(folder)?.Generation;
        string readers = Path.Combine(folder, Readers);
        if (File.Exists(readers) && !IsFree(readers))
        {
            return;
        }

        foreach (string old in Directory.GetDirectories(folder).Where(old => IsOurs(Path.GetFileName(old)) && Path.GetFileName(old) != Prefix + now))
        {
            Directory.Delete(old, recursive: true);
        }

        foreach (string unfinished in Directory.GetFiles(folder, $"{GalleryManifest.Name}*{AtomicFile.Extension}"))
        {
            File.Delete(unfinished);
        }
    }

    private static bool IsFree(string readers)
    {
        try
        {
            using FileStream alone = new(readers, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
