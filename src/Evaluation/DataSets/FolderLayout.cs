using MuSc.Engine.Inputs;

namespace MuSc.Evaluation.DataSets;

/// <summary>Benchmarks whose folders say what an image shows: MVTec AD, 3D-AD and LOCO AD, BTAD, and one's own.</summary>
/// <param name="normal">What folders of normal images may be called.</param>
/// <param name="testOptional">Whether test images may lie right in the category's folder.</param>
internal sealed class FolderLayout(IReadOnlySet<string> normal, bool testOptional)
{
    private static readonly string[] MaskFolders = ["ground_truth", "masks"];
    private static readonly string[] TrainFolders = ["train", "validation"];

    public static FolderLayout Of(DataSetLayout layout) => layout switch
    {
        DataSetLayout.Mvtec => new(Names("good"), testOptional: false),
        DataSetLayout.Btad => new(Names("ok"), testOptional: false),
        _ => new(Names("good", "ok", "normal"), testOptional: true),
    };

    /// <summary>The categories below a folder, or the folder itself where it is one.</summary>
    public IReadOnlyList<DataSetCategory> Read(string root, IReadOnlyList<string> wanted)
    {
        if (IsCategory(root))
        {
            return [ReadCategory(root)];
        }

        // Only what is wanted is walked through; all folders are named where a wanted one is absent.
        string[] folders = [.. Folders(root).Where(IsCategory)];
        string[] chosen = [.. folders.Where(folder => wanted.Contains(Path.GetFileName(folder)))];
        return [.. (wanted.Count == 0 || chosen.Length < wanted.Count ? folders : chosen).Select(ReadCategory)];
    }

    private static HashSet<string> Names(params string[] names) => new(names, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Folders(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal)
        : [];

    private bool IsCategory(string folder) => Directory.Exists(Path.Combine(folder, "test"))
        || (testOptional && Folders(folder).Any(kind => normal.Contains(Path.GetFileName(kind))));

    private DataSetCategory ReadCategory(string folder)
    {
        string test = Path.Combine(folder, "test");
        test = Directory.Exists(test) ? test : folder;
        MaskFinder masks = new([.. MaskFolders.Select(name => Path.Combine(folder, name))]);
        List<DataSetImage> images = [];
        foreach (string kindFolder in Folders(test).Where(path => test != folder || !IsAside(path)))
        {
            string kind = Path.GetFileName(kindFolder);
            bool anomalous = !normal.Contains(kind);
            images.AddRange(Images(kindFolder).Select(path => new DataSetImage(
                new ImageFile(ImageRoot.Relative(test, path), path), anomalous, kind, anomalous ? masks.Find(kind, path) : [])));
        }

        string saturation = Path.Combine(folder, SaturationConfig.FileName);
        return new DataSetCategory(
            Path.GetFileName(folder),
            [.. images.OrderBy(image => image.Image.Name, StringComparer.Ordinal)],
            [.. TrainFolders.SelectMany(name => Train(Path.Combine(folder, name)))],
            File.Exists(saturation) ? SaturationConfig.Read(saturation) : null);
    }

    private static bool IsAside(string path) => MaskFolders.Concat(TrainFolders).Contains(Path.GetFileName(path), StringComparer.OrdinalIgnoreCase);

    private IEnumerable<ImageFile> Train(string folder) => Folders(folder)
        .Where(kind => normal.Contains(Path.GetFileName(kind)))
        .SelectMany(Images)
        .Select(path => new ImageFile(Path.GetFileName(folder) + '/' + ImageRoot.Relative(folder, path), path))
        .OrderBy(image => image.Name, StringComparer.Ordinal);

    /// <summary>The images of one kind; MVTec 3D-AD has its colour images in a folder of their own.</summary>
    private static IEnumerable<string> Images(string kindFolder)
    {
        string colour = Path.Combine(kindFolder, "rgb");
        return FolderSearch.Walk(Directory.Exists(colour) ? colour : kindFolder, recursive: true).Where(ImageSetResolver.IsImage);
    }
}

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
