using System.Security.Cryptography;
using System.Text;
using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Engine.Local;

/// <summary>Turns images into features in a store; what is there already is not made again.</summary>
internal static class ExtractPhase
{
    private const int LongestBlock = 64;

    /// <summary>What features depend on besides the image, in words.</summary>
    public static string Settings(ScoringJobSpec spec, BackboneRun backbone)
    {
        string stages = spec.Stages is null ? "all" : string.Join(',', spec.Stages);
        return $"{backbone.Extractor.Profile}; size {backbone.Size}; stages {stages}; exif {spec.ApplyExif}";
    }

    /// <summary>What an image's features depend on, as a key of the store.</summary>
    public static string Key(CheckedImage image, string settings)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{image.Hash}\n{settings}")));

    /// <summary>
    /// Images of a block, of which one half is extracted while the other is handed over. A half is whole batches, two at
    /// least for each thread.
    /// </summary>
    /// <param name="shape">What one image has.</param>
    /// <param name="threads">Threads of the extraction.</param>
    /// <param name="batch">Images of a batch.</param>
    /// <param name="bytes">What a block may take where it need not take more.</param>
    public static int BlockImages(FeatureShape shape, int threads, int batch, long bytes)
    {
        long image = (shape.Stages.Sum(stage => (long)stage.Length) + shape.ClassChannels) * sizeof(float);
        int least = 2 * threads * batch;
        int half = (int)Math.Clamp(bytes / (2 * image), least, Math.Max(LongestBlock / 2, least));
        return 2 * (half / batch * batch);
    }

    /// <summary>Puts the features of a job's images into a store; those that an earlier run left there are kept.</summary>
    /// <param name="extractor">The backbone at work.</param>
    /// <param name="images">The images, and what their features depend on.</param>
    /// <param name="blockImages">Images of a block.</param>
    /// <param name="folder">The store's folder.</param>
    /// <param name="threads">Threads that look for what is there.</param>
    /// <param name="progress">Counts images.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>The features, and what was taken over.</returns>
    /// <exception cref="JobException">A file cannot be used any more, or the disk is full.</exception>
    public static (ITokenSource Tokens, ResumedWork Resumed) Run(
        IFeatureExtractor extractor, IReadOnlyList<(string Key, ImageFile File)> images, int blockImages, string folder, int threads,
        RunProgress progress, CancellationToken cancellationToken)
    {
        FeatureStore store = new(folder, extractor.Shape);
        store.RemoveUnfinished();
        ExtractionRecord record = new(folder);
        IReadOnlyList<(string Key, ImageFile File)> missing = Missing(store, images, threads, cancellationToken);
        int reused = images.Count - missing.Count;
        progress.Begin(JobPhase.Extract, images.Count, reused);
        Run(extractor, [.. missing.Select(image => image.File)], blockImages, Begin, Keep, progress.Advance, cancellationToken);
        int again = missing.Count(image => record.Before.Contains(image.Key));
        return (store.Open([.. images.Select(image => image.Key)]), ResumedWork.None with { Features = reused, FeaturesAgain = again });

        void Begin(Range begun) => record.Begin(missing.Take(begun).Select(image => image.Key));

        void Keep(int first, FeatureBlock features)
        {
            for (int index = 0; index < features.Images; index++)
            {
                store.Write(missing[first + index].Key, features, index);
            }
        }
    }

    /// <summary>Extracts images; no more of them than a block are begun and not handed over yet.</summary>
    /// <param name="extractor">The backbone at work.</param>
    /// <param name="images">The images.</param>
    /// <param name="blockImages">Images of a block.</param>
    /// <param name="begin">Called with some images that are about to be extracted.</param>
    /// <param name="keep">Takes them: the index of the first image, and the features.</param>
    /// <param name="done">Called with the images done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">A file cannot be used any more, or the disk is full.</exception>
    public static void Run(
        IFeatureExtractor extractor, IReadOnlyList<ImageFile> images, int blockImages, Action<Range> begin,
        Action<int, FeatureBlock> keep, Action<int> done, CancellationToken cancellationToken)
    {
        Task keeping = Task.CompletedTask;
        try
        {
            int half = blockImages / 2;
            for (int first = 0; first < images.Count; first += half)
            {
                int start = first;
                int end = Math.Min(first + half, images.Count);
                begin(start..end);
                FeatureBlock features = extractor.Extract([.. images.Take(start..end)], done, cancellationToken);
                keeping.GetAwaiter().GetResult();
                keeping = Task.Run(() => keep(start, features), CancellationToken.None);
            }
        }
        catch (ImageFileException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
        finally
        {
            keeping.GetAwaiter().GetResult();
        }
    }

    // Which images' features are missing; images of the same bytes count once.
    private static IReadOnlyList<(string Key, ImageFile File)> Missing(
        FeatureStore store, IReadOnlyList<(string Key, ImageFile File)> images, int threads, CancellationToken cancellationToken)
    {
        (string Key, ImageFile File)[] distinct = [.. images.DistinctBy(image => image.Key)];
        bool[] there = new bool[distinct.Length];
        EachImage.Do(distinct.Length, threads, at => there[at] = store.Has(distinct[at].Key), cancellationToken);
        return [.. distinct.Where((_, at) => !there[at])];
    }
}

/// <summary>
/// Keys of the images whose extraction was begun, in a file that outlives the process however it ends: the next run reads
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
        DiskError.Name(_path, () => File.WriteAllText(_path, string.Empty));
    }

    /// <summary>What an earlier run began.</summary>
    public IReadOnlySet<string> Before { get; }

    /// <summary>Some images' extraction begins.</summary>
    public void Begin(IEnumerable<string> keys) => DiskError.Name(_path, () => File.AppendAllLines(_path, keys));
}
