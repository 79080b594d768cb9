using MuSc.Engine.Inputs;

namespace MuSc.Evaluation.DataSets;

/// <summary>
/// Finds the mask of an image by its name: <c>KIND/STEM_mask.*</c> or <c>KIND/STEM.*</c> in a folder of masks, all images of the
/// folder <c>KIND/STEM</c> there (MVTec LOCO AD), or <c>../gt/STEM.*</c> beside it (MVTec 3D-AD).
/// </summary>
/// <param name="folders">Folders of masks, whether or not they are there.</param>
internal sealed class MaskFinder(IReadOnlyList<string> folders)
{
    private readonly Dictionary<string, Dictionary<string, string>> _stems = [];

    public IReadOnlyList<string> Find(string kind, string image)
    {
        string stem = Path.GetFileNameWithoutExtension(image);
        string beside = Path.Combine(Path.GetDirectoryName(image)!, "..", "gt");
        foreach (string folder in folders.Select(folder => Path.Combine(folder, kind)).Append(beside))
        {
            Dictionary<string, string> stems = Stems(folder);
            if (stems.TryGetValue(stem + "_mask", out string? mask) || stems.TryGetValue(stem, out mask))
            {
                return [mask];
            }

            string regions = Path.Combine(folder, stem);
            if (Directory.Exists(regions))
            {
                return [.. FolderSearch.Walk(regions, recursive: false).Where(ImageSetResolver.IsImage).Order(StringComparer.Ordinal)];
            }
        }

        return [];
    }

    private Dictionary<string, string> Stems(string folder)
    {
        if (!_stems.TryGetValue(folder, out Dictionary<string, string>? stems))
        {
            stems = new(StringComparer.Ordinal);
            IEnumerable<string> files = Directory.Exists(folder) ? FolderSearch.Walk(folder, recursive: false) : [];
            foreach (string file in files.Where(ImageSetResolver.IsImage).Order(StringComparer.Ordinal))
            {
                stems.TryAdd(Path.GetFileNameWithoutExtension(file), file);
            }

            _stems.Add(folder, stems);
        }

        return stems;
    }
}
