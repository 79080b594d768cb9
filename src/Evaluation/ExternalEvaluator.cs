using MuSc.Engine.Inputs;
using MuSc.Engine.Tokens;
using MuSc.Evaluation.DataSets;
using MuSc.Features.Images;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>Evaluates scores and maps that some program wrote for a benchmark.</summary>
public static class ExternalEvaluator
{
    /// <summary>Evaluates them.</summary>
    /// <param name="spec">The benchmark; what concerns scoring does not matter.</param>
    /// <param name="scoresPath">The table of image scores.</param>
    /// <param name="mapsFolder">The folder of maps, or null for image metrics alone.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <exception cref="JobException">The benchmark, a score or a map is absent or cannot be used.</exception>
    /// <exception cref="ImageFileException">An image or a mask cannot be read.</exception>
    public static EvaluationResult Run(EvaluationSpec spec, string scoresPath, string? mapsFolder, CancellationToken cancellationToken)
    {
        ExternalScores scores = ExternalScores.Read(scoresPath);
        ExternalMaps? maps = mapsFolder is null ? null
            : Directory.Exists(mapsFolder) ? new ExternalMaps(mapsFolder)
            : throw new JobException(JobErrorKind.Input, $"{mapsFolder}: there is no such folder.");
        IReadOnlyList<DataSetCategory> categories = DataSet.Open(spec.Root, spec.Layout, spec.Categories);
        CategoryRun[] runs = [.. categories.Select(category => Evaluate(spec, category, categories.Count == 1, scores, maps, cancellationToken))];
        return new EvaluationResult(spec, null, null, runs, []);
    }

    private static CategoryRun Evaluate(
        EvaluationSpec spec, DataSetCategory category, bool alone, ExternalScores scores, ExternalMaps? maps, CancellationToken cancellationToken)
    {
        RankingMetrics image = ImageMetrics.Compute(
            [.. category.Test.Select(test => scores[scores.Find(category, test, alone)])], [.. category.Test.Select(test => test.Anomalous)]);
        (PixelMetrics pixel, double? spro) = maps is null
            ? (PixelMetrics.NotAvailable, null)
            : new PixelEvaluator(category, spec.EffectiveMaskRule, spec.Scoring.Threads).Evaluate(i => maps.Read(category, category.Test[i], alone), cancellationToken);
        CategoryMetrics metrics = new(image, image, pixel, spro);
        return new CategoryRun(category.Name, category.Test.Count, metrics, null, default, default, default, 0, 0, []);
    }
}

/// <summary>
/// Image scores that some program wrote: a table with the columns <c>image</c> and <c>score</c>. An image is named as in the results
/// of <c>musc score</c>, or with the category (and <c>test</c>) before it.
/// </summary>
public sealed class ExternalScores
{
    private readonly string _path;
    private readonly OrderedDictionary<string, double> _scores;

    private ExternalScores(string path, OrderedDictionary<string, double> scores) => (_path, _scores) = (path, scores);

    /// <summary>Names in the order of the table.</summary>
    public IReadOnlyList<string> Names => _scores.Keys;

    /// <summary>Reads a table.</summary>
    /// <exception cref="JobException">It cannot be read, or lacks a column or a number.</exception>
    public static ExternalScores Read(string path)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Read(path);
        int image = Column(path, rows, "image");
        int score = Column(path, rows, "score");
        OrderedDictionary<string, double> scores = [];
        for (int line = 1; line < rows.Count; line++)
        {
            IReadOnlyList<string> row = rows[line];
            string text = row.Count > Math.Max(image, score) ? row[score].Trim() : "nothing";
            if (text.Length == 0)
            {
                continue;
            }

            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new JobException(JobErrorKind.Input, $"{path}: line {line + 1}: '{text}' is not a finite number.");
            }

            string name = CsvText.Plain(row[image]).Replace('\\', '/');
            if (!scores.TryAdd(name, value))
            {
                throw new JobException(JobErrorKind.Input, $"{path}: line {line + 1}: '{name}' is there twice.");
            }
        }

        return new ExternalScores(path, scores);
    }

    /// <summary>One image's score.</summary>
    /// <param name="name">The name in the table.</param>
    public double this[string name] => _scores[name];

    /// <summary>The name under which an image of a benchmark is in the table.</summary>
    /// <exception cref="JobException">It is not there.</exception>
    internal string Find(DataSetCategory category, DataSetImage image, bool alone) => ExternalNames.Of(category, image, alone).FirstOrDefault(_scores.ContainsKey)
        ?? throw new JobException(
            JobErrorKind.Input, $"{_path}: it has no score for '{image.Image.Name}' of category '{category.Name}'.");

    private static int Column(string path, IReadOnlyList<IReadOnlyList<string>> rows, string name)
    {
        int column = rows.Count == 0 ? -1 : rows[0].ToList().FindIndex(cell => cell.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        return column >= 0 ? column : throw new JobException(JobErrorKind.Input, $"{path}: its first line names no column '{name}'.");
    }
}

/// <summary>
/// How another program may have named a benchmark's image, the most specific first. Where the category is evaluated alone, names
/// need not begin with it.
/// </summary>
internal static class ExternalNames
{
    public static IEnumerable<string> Of(DataSetCategory category, DataSetImage image, bool alone)
    {
        string[] full = [$"{category.Name}/test/{image.Image.Name}", $"{category.Name}/{image.Image.Name}"];
        return alone ? [.. full, $"test/{image.Image.Name}", image.Image.Name] : full;
    }
}

/// <summary>
/// Anomaly maps that some program wrote into a folder in the same tree as the images: one file an image, of the same name with or
/// without the image's extension, as TIFF (float32), NumPy array [H × W] or PNG.
/// </summary>
internal sealed class ExternalMaps(string folder)
{
    private static readonly string[] Extensions = [".tiff", ".tif", ".npy", ".png"];

    /// <summary>Reads an image's map.</summary>
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
        (int width, int height, float[] scores) = Path.GetExtension(path) == ".npy" ? ReadArray(path) : ScoreMapDecoder.Decode(path);
        return Array.TrueForAll(scores, float.IsFinite)
            ? new AnomalyImage(width, height, scores)
            : throw new JobException(JobErrorKind.Input, $"{path}: a score is not a finite number.");
    }

    private static (int Width, int Height, float[] Scores) ReadArray(string path)
    {
        using NpyFile file = NpyFile.Open(path);
        long[] shape = [.. file.Shape.SkipWhile(length => length == 1)];
        if (shape.Length != 2)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: its shape ({string.Join(", ", file.Shape)}) is not one map, [H × W].");
        }

        float[] scores = new float[file.Length];
        file.Read(0, scores);
        return ((int)shape[1], (int)shape[0], scores);
    }
}
