using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MuSc.Engine.Files;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Tokens;

/// <summary>
/// Features on disk, one file an image, named by what they depend on: the image's bytes, the backbone and the settings. A
/// file is written aside and renamed and carries a checksum, so that what is there is whole or is made again.
/// </summary>
/// <remarks>A file: SHA-256 of the rest, then every stage [P × C] and the class token [D], float32.</remarks>
/// <param name="folder">An existing folder.</param>
/// <param name="shape">What one image has.</param>
public sealed class FeatureStore(string folder, FeatureShape shape)
{
    private const int HashBytes = 32;
    private const string Extension = ".tokens";

    /// <summary>What one image has.</summary>
    public FeatureShape Shape { get; } = shape;

    private long FileBytes => HashBytes + (ClassStart * sizeof(float)) + (Shape.ClassChannels * sizeof(float));

    private long ClassStart => Shape.Stages.Sum(stage => (long)stage.Length);

    /// <summary>Removes what a killed run was writing.</summary>
    public void RemoveUnfinished()
    {
        foreach (string file in Directory.GetFiles(folder).Where(file => Path.GetFileName(file).Contains($"{Extension}.", StringComparison.Ordinal)))
        {
            File.Delete(file);
        }
    }

    /// <summary>Whether whole features of a key are there; damaged ones are removed.</summary>
    public bool Has(string key)
    {
        bool whole = IsThere(key);
        if (!whole)
        {
            File.Delete(PathOf(key));
        }

        return whole;
    }

    /// <summary>Whether whole features of a key are there.</summary>
    public bool IsThere(string key) => File.Exists(PathOf(key)) && IsWhole(PathOf(key));

    /// <summary>Takes over an image's features from another store of the same shape, by a further name of its file where that can be.</summary>
    /// <param name="from">The folder of the other store.</param>
    /// <param name="keyThere">What they are called there.</param>
    /// <param name="key">What they are called here.</param>
    /// <exception cref="JobException">They are not there, or the disk is full.</exception>
    public void Link(string from, string keyThere, string key) => DiskError.Name(PathOf(key), () =>
    {
        if (!File.Exists(PathOf(key)))
        {
            HardLink.MakeOrCopy(Path.Combine(from, keyThere + Extension), PathOf(key));
        }
    });

    /// <summary>Keeps an image's features.</summary>
    /// <param name="key">What they depend on, fit for a file's name.</param>
    /// <param name="block">A block of the store's shape.</param>
    /// <param name="index">The image's place in the block.</param>
    /// <exception cref="JobException">The disk is full.</exception>
    public void Write(string key, FeatureBlock block, int index)
    {
        string path = PathOf(key);
        DiskError.Name(path, () =>
        {
            using AtomicFile aside = new(path);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            SafeFileHandle file = aside.Stream.SafeFileHandle;
            long position = HashBytes;
            for (int stage = 0; stage < Shape.Stages.Count; stage++)
            {
                Append(file, hash, block.Stage(stage, index), ref position);
            }

            Append(file, hash, block.ClassToken(index), ref position);
            RandomAccess.Write(file, hash.GetHashAndReset(), 0);
            aside.Complete();
        });
    }

    /// <summary>The features of some images, each of which is there.</summary>
    public ITokenSource Open(IReadOnlyList<string> keys) => new Source(this, keys);

    private static void Append(SafeFileHandle file, IncrementalHash hash, ReadOnlySpan<float> values, ref long position)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        hash.AppendData(bytes);
        RandomAccess.Write(file, bytes, position);
        position += bytes.Length;
    }

    private bool IsWhole(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] hash = new byte[HashBytes];
        return file.Length == FileBytes && file.ReadAtLeast(hash, HashBytes, throwOnEndOfStream: false) == HashBytes
            && SHA256.HashData(file).AsSpan().SequenceEqual(hash);
    }

    private string PathOf(string key) => Path.Combine(folder, key + Extension);

    private void Read(string key, long start, Span<float> values)
    {
        string path = PathOf(key);
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            Span<byte> bytes = MemoryMarshal.AsBytes(values);
            for (int filled = 0; filled < bytes.Length;)
            {
                int read = RandomAccess.Read(file, bytes[filled..], HashBytes + (start * sizeof(float)) + filled);
                filled += read > 0 ? read : throw new EndOfStreamException("it became shorter while it was read");
            }
        }
        catch (IOException error)
        {
            throw new JobException(JobErrorKind.Resource, $"{path}: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private sealed class Source(FeatureStore store, IReadOnlyList<string> keys) : ITokenSource
    {
        public int Images => keys.Count;

        public FeatureShape Shape => store.Shape;

        public void ReadStage(int stage, int image, Span<float> tokens)
            => store.Read(keys[image], Shape.Stages.Take(stage).Sum(earlier => (long)earlier.Length), tokens[..Shape.Stages[stage].Length]);

        public void ReadClassToken(int image, Span<float> token)
            => store.Read(keys[image], store.ClassStart, token[..Shape.ClassChannels]);

        public void Dispose()
        {
        }
    }
}
