namespace MuSc.Evaluation.DataSets;

/// <summary>Reads what a benchmark holds.</summary>
public static class DataSet
{
    /// <summary>Finds the categories of a benchmark and their files; no image is opened.</summary>
    /// <param name="root">The benchmark's folder, or for the layouts other than VisA the folder of one category.</param>
    /// <param name="layout">How it lies on disk.</param>
    /// <param name="categories">Names of the categories wanted, in the order wanted; none for all.</param>
    /// <exception cref="JobException">There is no such folder, category or test image.</exception>
    public static IReadOnlyList<DataSetCategory> Open(string root, DataSetLayout layout, IReadOnlyList<string> categories)
    {
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(folder))
        {
            throw new JobException(JobErrorKind.Input, $"{root}: there is no such folder.");
        }

        try
        {
            IReadOnlyList<DataSetCategory> found = layout == DataSetLayout.Visa
                ? VisaLayout.Read(folder)
                : FolderLayout.Of(layout).Read(folder, categories);
            return Choose(root, layout, found, categories);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Input, $"{root}: it cannot be read: {error.Message}", error);
        }
    }

    private static DataSetCategory[] Choose(
        string root, DataSetLayout layout, IReadOnlyList<DataSetCategory> found, IReadOnlyList<string> categories)
    {
        if (found.Count == 0)
        {
            throw new JobException(JobErrorKind.Input, $"{root}: there is no category in the layout {layout}; see `musc evaluate --help` for the layouts.");
        }

        DataSetCategory[] chosen = categories.Count == 0
            ? [.. found]
            : [.. categories.Select(name => found.FirstOrDefault(category => category.Name == name)
                ?? throw new JobException(
                    JobErrorKind.Input, $"{root}: there is no category '{name}'; there are {string.Join(", ", found.Select(category => category.Name))}."))];
        return Array.Find(chosen, category => category.Test.Count < 2) is { } small
            ? throw new JobException(JobErrorKind.Input, $"{root}: category '{small.Name}' has {small.Test.Count} test images; at least 2 are needed.")
            : chosen;
    }
}

/// <summary>How a benchmark lies on disk.</summary>
public enum DataSetLayout
{
    /// <summary>
    /// Folders of images, <c>good</c>, <c>ok</c> or <c>normal</c> among them; every other folder is a kind of defect. Masks, where
    /// there are any, in <c>ground_truth</c> or <c>masks</c>; references in <c>train</c>. The images may lie below <c>test</c>.
    /// </summary>
    Folder,

    /// <summary>MVTec AD, MVTec 3D-AD (its RGB images) and MVTec LOCO AD: <c>test/good</c>, <c>test/DEFECT</c>, <c>ground_truth/DEFECT</c>.</summary>
    Mvtec,

    /// <summary>VisA with its <c>split_csv/1cls.csv</c>.</summary>
    Visa,

    /// <summary>BTAD: <c>test/ok</c>, <c>test/ko</c>, <c>ground_truth/ko</c>.</summary>
    Btad,
}

/// <summary>One product of a benchmark; the images of one category are scored together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Test">The images to score, in the order of the benchmark's files.</param>
/// <param name="Train">Images known to be normal, from which references are drawn; may be empty.</param>
/// <param name="Saturation">How the regions of MVTec LOCO AD saturate; null elsewhere.</param>
public sealed record DataSetCategory(
    string Name, IReadOnlyList<DataSetImage> Test, IReadOnlyList<ImageFile> Train, SaturationConfig? Saturation);

/// <summary>One test image and what is true of it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Anomalous">Whether it shows a defect.</param>
/// <param name="Kind">The kind of defect, or what normal images are called: the name of a folder.</param>
/// <param name="Masks">Files of its masks, one for each annotated region in MVTec LOCO AD; none for normal images and where there is no mask.</param>
public sealed record DataSetImage(ImageFile Image, bool Anomalous, string Kind, IReadOnlyList<string> Masks)
{
    /// <summary>Whether it is known which of its pixels are anomalous.</summary>
    public bool PixelsAreKnown => !Anomalous || Masks.Count > 0;
}
