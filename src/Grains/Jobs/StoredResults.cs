using MessagePack;
using MuSc.Engine.Files;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>The lines and files of a finished job.</summary>
internal static class StoredResults
{
    private const string RowsFile = "rows.msgpack";

    // Small beside a silo's memory, even for many readers at once.
    private const int PartBytes = 1 << 20;

    /// <summary>Stores the lines beside the folder of results.</summary>
    public static void Write(JobFolder folder, IReadOnlyList<ImageResult> lines)
    {
        string path = Path.Combine(Path.GetDirectoryName(folder.Results)!, RowsFile);
        AtomicFile.Write(path, file => MessagePackSerializer.Serialize(file, lines.Select(ResultRow.Of).ToArray()), flushToDisk: true);
    }

    /// <summary>Some lines.</summary>
    public static ResultPageMessage Page(
        ResultRow[] rows, SetDecision decision, JobFolder folder, int first, int count, IReadOnlyDictionary<JobPhase, TimeSpan> phaseTimes)
    {
        byte[] page = MessagePackSerializer.Serialize(rows.Skip(first).Take(count).ToArray());
        MessageSize.Guard(page.Length, "A page of results");
        return new(rows.Length, page, folder.Results, new(phaseTimes), decision);
    }

    /// <summary>All lines.</summary>
    public static ResultRow[] Rows(JobFolder folder) =>
        MessagePackSerializer.Deserialize<ResultRow[]>(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(folder.Results)!, RowsFile)));

    /// <summary>Part of a file below the folder of results.</summary>
    /// <exception cref="JobException">There is no such file there.</exception>
    public static FilePartMessage ReadFile(JobFolder folder, string name, long offset)
    {
        string path = PathBelow.Of(folder.Results, name);
        return File.Exists(path)
            ? ReadPart(path, offset)
            : throw new JobException(JobErrorKind.NotFound, $"The results have no file '{name}'.");
    }

    /// <summary>The files below the folder of results, by name.</summary>
    public static StoredFile[] Files(JobFolder folder) =>
    [
        .. new DirectoryInfo(folder.Results).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new StoredFile(Path.GetRelativePath(folder.Results, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length))
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>Part of a file that is there.</summary>
    public static FilePartMessage ReadPart(string path, long offset)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        byte[] part = new byte[Math.Clamp(length - offset, 0, PartBytes)];
        int read = RandomAccess.Read(file, part, offset);
        return new(length, part[..read]);
    }
}
