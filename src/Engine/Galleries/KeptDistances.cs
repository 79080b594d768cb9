using System.Security.Cryptography;
using System.Text;
using MuSc.Engine.Files;
using MuSc.Engine.Tiles;
using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Galleries;

/// <summary>The kept values of a gallery on disk: those of the generation before, and those that a job writes. A file for each map and image.</summary>
/// <remarks>
/// A file: a hash of what it depends on, the scorers M and the least count of a patch, the count of each patch, then for each patch its values
/// (negated dot products, float32, ascending) and their scorers (16 bits); SHA-256 over all of that.
/// </remarks>
/// <param name="before">The folder of the generation before; null for a new gallery.</param>
/// <param name="next">The folder of the one that is written.</param>
/// <param name="plan">How its images and those of the job come together.</param>
public sealed class KeptDistances(string? before, string next, GalleryPlan plan) : IKeptDistances
{
    private const string Folder = "kept";
    private static readonly byte[] Identity = SHA256.HashData(Encoding.UTF8.GetBytes("musc kept distances 1"));

    public void Load(int map, int row, ScorerSelection values)
    {
        string path = PathOf(before!, map, plan.Rows[row].Earlier!.Value);
        Read(path, values.Patches, (file, header) =>
        {
            int[] counts = new int[values.Patches];
            file.Read<int>(counts);
            float[] distances = new float[counts.Max()];
            ushort[] scorers = new ushort[distances.Length];
            for (int patch = 0; patch < counts.Length; patch++)
            {
                Span<float> known = distances.AsSpan(0, counts[patch]);
                Span<ushort> names = scorers.AsSpan(0, counts[patch]);
                file.Read(known);
                file.Read(names);

                // All others are no more alike than the last that is known, which may come again itself.
                float floor = counts[patch] < header.Scorers ? MathF.BitDecrement(-known[^1]) : float.NegativeInfinity;
                int kept = Stay(known, names);
                values.Begin(patch, known[..Math.Min(kept, values.Keep)], names[..Math.Min(kept, values.Keep)], floor);
            }

            return true;
        });
    }

    public void Save(int map, int row, ScorerSelection values)
    {
        string path = PathOf(next, map, row);

        // Those above the number that is kept are there or not by the order in which scorers came.
        int[] counts = [.. values.Counts.ToArray().Select(count => Math.Min(count, values.Keep))];
        DiskError.Name(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using AtomicFile aside = new(path);
            using SnapshotFile file = new(aside.Stream);
            file.Write<byte>(Identity);
            file.Write(new Header(plan.Rows.Count - 1, counts.Min()));
            file.Write<int>(counts);
            for (int patch = 0; patch < values.Patches; patch++)
            {
                file.Write<float>(values.Values(patch)[..counts[patch]]);
                file.Write<ushort>(values.Scorers(patch)[..counts[patch]]);
            }

            file.WriteChecksum();
            aside.Complete();
        });
    }

    /// <summary>How many of an image's lowest distances are known for every patch on every map.</summary>
    /// <param name="generation">The generation's folder.</param>
    /// <param name="maps">Maps.</param>
    /// <param name="image">The image's place.</param>
    /// <exception cref="JobException">A file is not there.</exception>
    public static int Least(string generation, int maps, int image) => Enumerable.Range(0, maps).Min(map =>
    {
        string path = PathOf(generation, map, image);
        return DiskError.Name(path, () =>
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> start = stackalloc byte[SHA256.HashSizeInBytes + Marshal.SizeOf<Header>()];
            file.ReadExactly(start);
            return MemoryMarshal.Read<Header>(start[SHA256.HashSizeInBytes..]).Least;
        });
    });

    /// <summary>What is wrong with an image's files; null where they are whole.</summary>
    public static string? Problem(string generation, int maps, int image, int patches)
    {
        try
        {
            for (int map = 0; map < maps; map++)
            {
                Read(PathOf(generation, map, image), patches, (_, _) => true);
            }

            return null;
        }
        catch (JobException error)
        {
            return error.Message;
        }
    }

    private static string PathOf(string generation, int map, int image)
        => Path.Combine(generation, Folder, map.ToString("D3", CultureInfo.InvariantCulture), image.ToString("D5", CultureInfo.InvariantCulture));

    private static bool Read(string path, int patches, Func<SnapshotFile, Header, bool> read)
    {
        try
        {
            using SnapshotFile file = new(File.OpenRead(path));
            byte[] identity = new byte[Identity.Length];
            if (!file.IsWhole())
            {
                throw Damaged(path, null);
            }

            file.Read<byte>(identity);
            Header header = file.Read<Header>();
            return identity.AsSpan().SequenceEqual(Identity) && patches > 0 ? read(file, header) : throw Damaged(path, null);
        }
        catch (IOException error)
        {
            throw Damaged(path, error);
        }
    }

    private static JobException Damaged(string path, Exception? error) => new(
        JobErrorKind.Input, $"{path}: these distances of the gallery are missing or damaged; see which images they belong to with 'musc gallery verify', remove those, and score them again.", error);

    // Brings to the front the values that images gave which know this one, with their rows now; all others come again, or have left.
    private int Stay(Span<float> values, Span<ushort> scorers)
    {
        int kept = 0;
        for (int at = 0; at < values.Length; at++)
        {
            if (plan.Places[scorers[at]] is >= 0 and int row && plan.Rows[row].Known)
            {
                (values[kept], scorers[kept]) = (values[at], (ushort)row);
                kept++;
            }
        }

        return kept;
    }

    private readonly record struct Header(int Scorers, int Least);
}
