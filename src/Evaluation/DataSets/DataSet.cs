using MuSc.Contracts;

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
