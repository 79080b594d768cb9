namespace MuSc.Features.Models;

/// <summary>How far a download is.</summary>
/// <param name="Done">Bytes that are there, earlier attempts included.</param>
/// <param name="Total">Bytes in all, where the server says it.</param>
public readonly record struct DownloadProgress(long Done, long? Total);
