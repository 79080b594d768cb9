using System.Security.Cryptography;

namespace MuSc.Features.Models;

/// <summary>Checksums of files, and the small files beside them that keep one (as <c>sha256sum</c> writes and checks them).</summary>
public static class Sha256File
{
    private const int Digits = 64;

    /// <summary>SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    public static async Task<string> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes a file's checksum beside it.</summary>
    public static async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        string sum = await ComputeAsync(path, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(path + ".sha256", $"{sum}  {Path.GetFileName(path)}\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The checksum that was written beside a file, or none.</summary>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string beside = path + ".sha256";
        string text = File.Exists(beside) ? await File.ReadAllTextAsync(beside, cancellationToken).ConfigureAwait(false) : string.Empty;
        return text.Length >= Digits ? text[..Digits] : null;
    }
}
