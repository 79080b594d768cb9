using MuSc.Contracts;

namespace MuSc.Engine.Inputs;

/// <summary>Gives images their names: as short as can be without two of the same.</summary>
internal static class ImageNames
{
    /// <summary>The images of all roots, sorted by name, each file once.</summary>
    public static IReadOnlyList<ImageFile> Give(IReadOnlyList<ImageRoot> roots)
    {
        string common = ImageRoot.CommonFolder(roots.Select(root => root.Folder));
        Func<ImageRoot, string, string>[] ways =
        [
            (root, file) => ImageRoot.Relative(root.Folder, file),
            (root, file) => $"{Path.GetFileName(root.Folder)}/{ImageRoot.Relative(root.Folder, file)}",
            (_, file) => ImageRoot.Relative(common, file),
        ];
        foreach (Func<ImageRoot, string, string> way in ways)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            List<ImageFile> images = [];
            foreach (ImageRoot root in roots)
            {
                images.AddRange(root.Files.Where(seen.Add).Select(file => new ImageFile(way(root, file), file)));
            }

            if (images.Select(image => image.Name).Distinct(StringComparer.Ordinal).Count() == images.Count)
            {
                images.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
                return images;
            }
        }

        throw new JobException(JobErrorKind.Input, "Two images have the same name.");
    }
}
