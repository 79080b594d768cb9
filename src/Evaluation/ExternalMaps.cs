using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;

namespace MuSc.Evaluation;

/// <summary>
/// Anomaly maps that some program wrote into a folder in the same tree as the images: one file an image, of the same name with or
/// without the image's extension, as TIFF (float32), NumPy array [H × W] or PNG.
/// </summary>
/// <param name="folder">The folder.</param>
public sealed class ExternalMaps(string folder)
{
    private static readonly string[] Extensions = [".tiff", ".tif", ".npy", ".png"];

    /// <summary>Reads an image's map.</summary>
    /// <param name="category">The category.</param>
    /// <param name="image">One of its images.</param>
    /// <param name="alone">Whether it is the only category, so that names need not begin with it.</param>
    /// <exception cref="JobException">There is no map, or it cannot be used.</exception>
    public AnomalyImage Read(DataSetCategory category, DataSetImage image, bool alone)
    {
        string path = ExternalNames.Of(category, image, alone)
            .SelectMany(name => new[] { Path.ChangeExtension(name, null), name })
            .SelectMany(stem => Extensions.Select(extension => Path.Combine(folder, stem + extension)))
            .FirstOrDefault(File.Exists)
            ?? throw new JobException(
                JobErrorKind.Input,
                $"{folder}: there is no map of '{image.Image.Name}' of category '{category.Name}' (a .tiff, .tif, .npy or .png of that name).");
        if (Path.GetExtension(path) == ".npy")
        {
            return ReadArray(path);
        }

        (int width, int height, float[] scores) = ScoreMapDecoder.Decode(path);
        return Checked(path, new AnomalyImage(width, height, scores));
    }

    private static AnomalyImage ReadArray(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        long[] shape = [.. file.Shape.SkipWhile(length => length == 1)];
        if (shape.Length != 2)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: its shape ({string.Join(", ", file.Shape)}) is not one map, [H × W].");
        }

        float[] scores = new float[file.Length];
        file.Read(0, scores);
        return Checked(path, new AnomalyImage((int)shape[1], (int)shape[0], scores));
    }

    private static AnomalyImage Checked(string path, AnomalyImage map) => Array.TrueForAll(map.Scores, float.IsFinite)
        ? map
        : throw new JobException(JobErrorKind.Input, $"{path}: a score is not a finite number.");
}
