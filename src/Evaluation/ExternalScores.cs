using System.Globalization;
using MuSc.Contracts;
using MuSc.Engine.Inputs;
using MuSc.Evaluation.DataSets;

namespace MuSc.Evaluation;

/// <summary>
/// Image scores that some program wrote: a table with the columns <c>image</c> and <c>score</c>. An image is named as in the results
/// of <c>musc score</c>, or with the category (and <c>test</c>) before it.
/// </summary>
public sealed class ExternalScores
{
    private readonly string _path;
    private readonly Dictionary<string, double> _scores;

    private ExternalScores(string path, Dictionary<string, double> scores) => (_path, _scores) = (path, scores);

    /// <summary>Names and scores in the order of the table.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Reads a table.</summary>
    /// <exception cref="JobException">It cannot be read, or lacks a column or a number.</exception>
    public static ExternalScores Read(string path)
    {
        IReadOnlyList<IReadOnlyList<string>> rows;
        try
        {
            rows = CsvText.Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: it cannot be read: {error.Message}", error);
        }

        int image = Column(path, rows, "image");
        int score = Column(path, rows, "score");
        Dictionary<string, double> scores = new(StringComparer.Ordinal);
        List<string> names = [];
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

            string name = row[image].Replace('\\', '/');
            if (!scores.TryAdd(name, value))
            {
                throw new JobException(JobErrorKind.Input, $"{path}: line {line + 1}: '{name}' is there twice.");
            }

            names.Add(name);
        }

        return new ExternalScores(path, scores) { Names = names };
    }

    /// <summary>One image's score.</summary>
    /// <param name="name">The name in the table.</param>
    public double this[string name] => _scores[name];

    /// <summary>The name under which an image of a benchmark is in the table.</summary>
    /// <param name="category">The category.</param>
    /// <param name="image">One of its images.</param>
    /// <param name="alone">Whether it is the only category, so that names need not begin with it.</param>
    /// <exception cref="JobException">It is not there.</exception>
    public string Find(DataSetCategory category, DataSetImage image, bool alone) => ExternalNames.Of(category, image, alone).FirstOrDefault(_scores.ContainsKey)
        ?? throw new JobException(
            JobErrorKind.Input, $"{_path}: it has no score for '{image.Image.Name}' of category '{category.Name}'.");

    private static int Column(string path, IReadOnlyList<IReadOnlyList<string>> rows, string name)
    {
        int column = rows.Count == 0 ? -1 : rows[0].ToList().FindIndex(cell => cell.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        return column >= 0 ? column : throw new JobException(JobErrorKind.Input, $"{path}: its first line names no column '{name}'.");
    }
}

/// <summary>How another program may have named a benchmark's image, the most telling first.</summary>
internal static class ExternalNames
{
    public static IEnumerable<string> Of(DataSetCategory category, DataSetImage image, bool alone)
    {
        string[] full = [$"{category.Name}/test/{image.Image.Name}", $"{category.Name}/{image.Image.Name}"];
        return alone ? [.. full, $"test/{image.Image.Name}", image.Image.Name] : full;
    }
}
