using MessagePack;
using MuSc.Engine.Files;
using MuSc.Grains.Storage;

namespace MuSc.Grains.Jobs;

/// <summary>The lines and files of a finished job.</summary>
internal static class StoredResults
{
    private const string RowsFile = "rows.msgpack";

    /// <summary>Stores the lines beside the folder of results.</summary>
    public static void Write(JobFolder folder, IReadOnlyList<ImageResult> lines)
    {
        string path = Path.Combine(Path.GetDirectoryName(folder.Results)!, RowsFile);
        AtomicFile.Write(path, file => MessagePackSerializer.Serialize(file, lines.Select(ResultRow.Of).ToArray()), flushToDisk: true);
    }

    /// <summary>Some lines.</summary>
    public static async Task<ResultPageMessage> ReadAsync(
        JobFolder folder, int first, int count, IReadOnlyDictionary<JobPhase, TimeSpan> phaseTimes, CancellationToken cancellationToken)
    {
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(folder.Results)!, RowsFile), cancellationToken);
        ResultRow[] rows = MessagePackSerializer.Deserialize<ResultRow[]>(bytes, cancellationToken: cancellationToken);
        byte[] page = MessagePackSerializer.Serialize(rows.Skip(first).Take(count).ToArray(), cancellationToken: cancellationToken);
        MessageSize.Guard(page.Length, "A page of results");
        return new(rows.Length, page, folder.Results, new(phaseTimes));
    }

    /// <summary>Part of a file below the folder of results.</summary>
    /// <exception cref="FileNotFoundException">There is no such file there.</exception>
    public static async Task<FilePartMessage> ReadFileAsync(JobFolder folder, string name, long offset, CancellationToken cancellationToken)
    {
        string path = PathBelow.Of(folder.Results, name);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The results have no file '{name}'.");
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, options: FileOptions.Asynchronous);
        long length = RandomAccess.GetLength(file);
        byte[] part = new byte[Math.Clamp(length - offset, 0, MessageSize.Limit)];
        int read = await RandomAccess.ReadAsync(file, part, offset, cancellationToken);
        return new(length, part[..read]);
    }
}
