using MuSc.Features.Images;

namespace MuSc.Evaluation.Synthetic;

/// <summary>Writes a demonstration set: <c>images/*.png</c>, and <c>truth.csv</c> with the defect of each image.</summary>
public static class SyntheticSetWriter
{
    /// <summary>Renders and writes the set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="folder">An existing folder.</param>
    /// <param name="threads">Threads at most; never changes an image.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>The images that show a defect, by name.</returns>
    public static IReadOnlySet<string> Write(SyntheticSet set, string folder, int threads, CancellationToken cancellationToken)
    {
        string images = Directory.CreateDirectory(Path.Combine(folder, "images")).FullName;
        IReadOnlyList<DefectKind> defects = set.Defects();
        string[] names = new string[set.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, set.Count, options, index =>
        {
            SyntheticPart part = set.Render(index, defects[index]);
            ImageEncoder.SavePng(Path.Combine(images, part.Name), part.Image);
            names[index] = part.Name;
        });
        File.WriteAllLines(
            Path.Combine(folder, "truth.csv"),
            ["image,defect", .. names.Zip(defects, (name, defect) => $"{name},{defect.ToString().ToLowerInvariant()}")]);
        return names.Where((_, index) => defects[index] != DefectKind.None).ToHashSet();
    }
}
