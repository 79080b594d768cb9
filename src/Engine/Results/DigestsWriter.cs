using System.Security.Cryptography;
using System.Text.Json;
using MuSc.Engine.Files;
using MuSc.Features.Images;

namespace MuSc.Engine.Results;

/// <summary>
/// Writes <c>digests.json</c>, after everything else: the SHA-256 of every file of the results, each of which lies safely on the disk
/// by then, by its path below the folder with forward slashes.
/// </summary>
public sealed class DigestsWriter : IResultWriter
{
    internal const string FileName = "digests.json";

    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        Write(folder, scored.Spec.Threads, cancellationToken);
        written(1);
    }

    /// <summary>Writes it.</summary>
    internal static void Write(string folder, int threads, CancellationToken cancellationToken)
    {
        string[] names = Names(folder);
        string[] digests = new string[names.Length];
        EachImage.Do(
            names.Length,
            threads,
            file =>
            {
                Durable.Flush(Path.Combine(folder, names[file]));
                digests[file] = Of(Path.Combine(folder, names[file]));
            },
            cancellationToken);
        string path = Path.Combine(folder, FileName);
        ResultJson.Save(path, new SortedDictionary<string, string>(names.Zip(digests).ToDictionary(), StringComparer.Ordinal));
        Durable.Flush(path);
        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder))
        {
            Durable.FlushFolder(inner);
        }
    }

    /// <summary>Compares a folder of results with its digests.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <returns>A line for each file that is missing, changed or new, and for one that cannot be read; none if all is as it was written.</returns>
    public static IReadOnlyList<string> Verify(string folder, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        string list = Path.Combine(folder, FileName);
        Dictionary<string, string>? digests = null;
        Try(FileName, () => digests = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(list)));
        if (digests is null)
        {
            return problems.Count > 0 ? problems : [$"{FileName}: it holds nothing"];
        }

        foreach ((string name, string digest) in digests.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Try(name, () =>
            {
                if (Of(PathBelow.Of(folder, name)) != digest)
                {
                    problems.Add($"{name}: it was changed");
                }
            });
        }

        problems.AddRange(Names(folder).Except(digests.Keys).Where(name => name != FileName).Select(name => $"{name}: it was not among the results"));
        return problems;

        void Try(string name, Action read)
        {
            try
            {
                read();
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                problems.Add($"{name}: it is missing");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or JobException)
            {
                problems.Add($"{name}: it cannot be read ({error.Message.TrimEnd('.')})");
            }
        }
    }

    private static string[] Names(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(name => name != FolderLock.Name)
            .Order(StringComparer.Ordinal)];

    private static string Of(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
