using System.Security.Cryptography;

namespace MuSc.Features.Models;

/// <summary>Checksums of files, and the small files that keep one (as <c>sha256sum</c> writes and checks them).</summary>
public static class Sha256File
{
    private const int Digits = 64;

    /// <summary>The file that keeps another's checksum, beside it.</summary>
    public static string Beside(string path) => path + ".sha256";

    /// <summary>The file that keeps the checksum of a model's checkpoint for longer than the checkpoint itself is kept.</summary>
    /// <param name="folder">Where installed backbones lie.</param>
    /// <param name="model">The model's name.</param>
    public static string RecordOf(string folder, string model) => Path.Combine(folder, $"{model}.sha256");

    /// <summary>SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
    public static async Task<string> ComputeAsync(string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes a file's checksum beside it.</summary>
    public static async Task WriteAsync(string path, CancellationToken cancellationToken) =>
        await WriteAsync(Beside(path), await ComputeAsync(path, cancellationToken).ConfigureAwait(false), path, cancellationToken).ConfigureAwait(false);

    /// <summary>Keeps a checksum.</summary>
    /// <param name="keeper">The file that keeps it.</param>
    /// <param name="sum">The checksum.</param>
    /// <param name="path">The file that has it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static Task WriteAsync(string keeper, string sum, string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(keeper, $"{sum}  {Path.GetRelativePath(Path.GetDirectoryName(keeper)!, path)}\n", cancellationToken);

    /// <summary>The checksum that a file keeps; null where there is no such file.</summary>
    /// <exception cref="ModelException">The file begins with something else.</exception>
    public static async Task<string?> ReadAsync(string keeper, CancellationToken cancellationToken)
    {
        if (!File.Exists(keeper))
        {
            return null;
        }

        string text = await File.ReadAllTextAsync(keeper, cancellationToken).ConfigureAwait(false);
        return text.Length >= Digits && text.Take(Digits).All(char.IsAsciiHexDigit)
            ? text[..Digits].ToLowerInvariant()
            : throw new ModelException($"{keeper} does not begin with a SHA-256: have it hold what sha256sum prints, or remove it.");
    }

    /// <summary>Compares a file with the checksum beside it, where there is one.</summary>
    /// <exception cref="ModelException">It has another.</exception>
    public static async Task CheckAsync(string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && await ReadAsync(Beside(path), cancellationToken).ConfigureAwait(false) is { } expected)
        {
            Compare(path, await ComputeAsync(path, cancellationToken).ConfigureAwait(false), expected);
        }
    }

    /// <summary>Compares a file's checksum with the one that is kept beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What it has.</param>
    /// <param name="expected">What it should have; null where none is kept.</param>
    /// <exception cref="ModelException">They differ.</exception>
    public static void Compare(string path, string found, string? expected)
    {
        if (expected is not null && found != expected)
        {
            throw new ModelException(
                $"{path} has the SHA-256 {found}; {Beside(path)} says {expected}. Get the file again, or remove that file if it belongs to another version.");
        }
    }
}
