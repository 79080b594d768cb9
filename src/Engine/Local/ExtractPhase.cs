using System.Security.Cryptography;
using System.Text;
using MuSc.Engine.Jobs;
using MuSc.Engine.Results;
using MuSc.Engine.Tokens;
using MuSc.Features;
using MuSc.Features.Images;

namespace MuSc.Engine.Local;

/// <summary>Turns images into features in a store; what is there already is not made again.</summary>
internal static class ExtractPhase
{
    // Two blocks are in memory: one is extracted while the other is written.
    private const long BlockBytes = 64L << 20;
    private const int LongestBlock = 64;

    /// <summary>What an image's features depend on, as a key of the store.</summary>
    public static string Key(CheckedImage image, string settings)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{image.Hash}\n{settings}")));

    /// <summary>Images extracted at a time.</summary>
    public static int BlockImages(FeatureShape shape, int atOnce)
    {
        long image = (shape.Stages.Sum(stage => (long)stage.Length) + shape.ClassChannels) * sizeof(float);
        return (int)Math.Clamp(BlockBytes / image, atOnce, Math.Max(LongestBlock, atOnce));
    }

    /// <summary>Which images' features are missing; images of the same bytes count once.</summary>
    public static IReadOnlyList<(string Key, ImageFile File)> Missing(
        FeatureStore store, IReadOnlyList<(string Key, ImageFile File)> images, int threads, CancellationToken cancellationToken)
    {
        (string Key, ImageFile File)[] distinct = [.. images.DistinctBy(image => image.Key)];
        bool[] there = new bool[distinct.Length];
        EachImage.Do([.. Enumerable.Range(0, distinct.Length)], threads, () => false, (at, _) => there[at] = store.Has(distinct[at].Key), cancellationToken);
        return [.. distinct.Where((_, at) => !there[at])];
    }

    /// <summary>Extracts images into the store.</summary>
    /// <param name="extractor">The backbone at work.</param>
    /// <param name="store">Where features go.</param>
    /// <param name="images">The images.</param>
    /// <param name="blockImages">Images extracted at a time.</param>
    /// <param name="done">Called with the images done, from any thread.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <exception cref="JobException">A file cannot be used any more, or the disk is full.</exception>
    public static void Run(
        IFeatureExtractor extractor, FeatureStore store, IReadOnlyList<(string Key, ImageFile File)> images, int blockImages,
        Action<int> done, CancellationToken cancellationToken)
    {
        Task writing = Task.CompletedTask;
        try
        {
            foreach ((string Key, ImageFile File)[] block in images.Chunk(blockImages))
            {
                FeatureBlock features = extractor.Extract([.. block.Select(image => image.File)], done, cancellationToken);
                writing.GetAwaiter().GetResult();
                writing = Task.Run(() => Write(store, block, features), CancellationToken.None);
            }
        }
        catch (ImageFileException error)
        {
            throw new JobException(JobErrorKind.Input, error.Message, error);
        }
        finally
        {
            writing.GetAwaiter().GetResult();
        }
    }

    private static void Write(FeatureStore store, (string Key, ImageFile File)[] block, FeatureBlock features)
    {
        for (int index = 0; index < block.Length; index++)
        {
            store.Write(block[index].Key, features, index);
        }
    }
}
