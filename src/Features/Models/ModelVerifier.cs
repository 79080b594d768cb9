using MuSc.Features.Backbones;

namespace MuSc.Features.Models;

/// <summary>Checks installed backbones and checkpoints against their checksums.</summary>
public static class ModelVerifier
{
    /// <summary>Checks every file of a folder of installed backbones, or those of some names.</summary>
    /// <param name="folder">Where installed backbones lie.</param>
    /// <param name="names">Names without endings; none for all.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="ModelException">A name is not installed, or what keeps a checksum holds none.</exception>
    public static async Task<IReadOnlyList<ModelCheck>> VerifyAsync(string folder, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        string[] files = [.. Files(folder, "*.onnx").SelectMany(BackboneFolder.FilesOf), .. Files(Path.Combine(folder, "checkpoints"), "*.safetensors")];
        if (names.FirstOrDefault(name => !files.Any(file => NameOf(file) == name)) is { } absent)
        {
            throw new ModelException($"'{absent}' is not installed in {folder}.");
        }

        List<ModelCheck> checks = [];
        foreach (string file in files.Where(file => names.Count == 0 || names.Contains(NameOf(file))))
        {
            string? expected = Published(file)
                ?? (IsCheckpoint(file) ? await Sha256File.ReadAsync(Sha256File.RecordOf(folder, NameOf(file)), cancellationToken).ConfigureAwait(false) : null)
                ?? await Sha256File.ReadAsync(Sha256File.Beside(file), cancellationToken).ConfigureAwait(false);
            string found = await Sha256File.ComputeAsync(file, cancellationToken).ConfigureAwait(false);
            checks.Add(new ModelCheck(file, expected is null ? ModelState.Unknown : expected == found ? ModelState.Intact : ModelState.Damaged, found));
        }

        return checks;
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file.EndsWith(Backbone.DataSuffix, StringComparison.Ordinal)
        ? file[..^Backbone.DataSuffix.Length]
        : file);

    private static bool IsCheckpoint(string file) => Path.GetExtension(file) == ".safetensors";

    private static string? Published(string file) => IsCheckpoint(file)
        ? ModelCatalogue.Models.FirstOrDefault(model => model.Name == Path.GetFileNameWithoutExtension(file))?.Sha256
        : null;

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}

/// <summary>What a check of one installed file found.</summary>
/// <param name="Path">The file.</param>
/// <param name="State">Whether it is as it was published or written.</param>
/// <param name="Sha256">What it holds.</param>
public sealed record ModelCheck(string Path, ModelState State, string Sha256);

/// <summary>Whether a file is as it should be.</summary>
public enum ModelState
{
    /// <summary>It has the checksum that its publisher gives, or that was written when it was made here.</summary>
    Intact,

    /// <summary>It has another checksum.</summary>
    Damaged,

    /// <summary>Its checksum is unknown: it was put there by hand, and its publisher gives none.</summary>
    Unknown,
}
