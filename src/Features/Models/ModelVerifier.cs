using MuSc.Features.Backbones;

namespace MuSc.Features.Models;

/// <summary>Checks installed backbones and checkpoints against their checksums.</summary>
public static class ModelVerifier
{
    /// <summary>Checks every file of a folder of installed backbones, or those of some names.</summary>
    /// <param name="folder">Where installed backbones lie.</param>
    /// <param name="names">Names without endings; none for all.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="ModelException">A name is not installed.</exception>
    public static async Task<IReadOnlyList<ModelCheck>> VerifyAsync(string folder, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        string[] files =
        [
            .. Files(folder, "*.onnx").SelectMany(WithData),
            .. Files(Path.Combine(folder, "checkpoints"), "*.safetensors"),
        ];
        if (names.FirstOrDefault(name => !files.Any(file => NameOf(file) == name)) is { } absent)
        {
            throw new ModelException($"'{absent}' is not installed in {folder}.");
        }

        List<ModelCheck> checks = [];
        foreach (string file in files.Where(file => names.Count == 0 || names.Contains(NameOf(file))))
        {
            string? expected = Published(file) ?? await Sha256File.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            string found = await Sha256File.ComputeAsync(file, cancellationToken).ConfigureAwait(false);
            checks.Add(new ModelCheck(file, expected is null ? ModelState.Unknown : expected == found ? ModelState.Intact : ModelState.Damaged, found));
        }

        return checks;
    }

    // Weights of more than 2 GB lie in a file of their own beside the network.
    private static string[] WithData(string file) => File.Exists(file + Backbone.DataSuffix) ? [file, file + Backbone.DataSuffix] : [file];

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file.EndsWith(Backbone.DataSuffix, StringComparison.Ordinal)
        ? file[..^Backbone.DataSuffix.Length]
        : file);

    private static string? Published(string file) => Path.GetExtension(file) == ".safetensors"
        ? ModelCatalogue.Models.FirstOrDefault(model => model.Name == Path.GetFileNameWithoutExtension(file))?.Sha256
        : null;

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}
