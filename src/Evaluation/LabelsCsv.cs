using MuSc.Engine.Inputs;

namespace MuSc.Evaluation;

/// <summary>
/// A table of what is true of images (RFC 4180): the columns <c>image</c> and <c>label</c> (or <c>anomalous</c>), with <c>anomalous</c>,
/// <c>true</c> or <c>1</c>, and <c>normal</c>, <c>false</c> or <c>0</c>. A line without a label says nothing of its image.
/// </summary>
public static class LabelsCsv
{
    /// <summary>Reads a table: whether each image is anomalous.</summary>
    /// <exception cref="JobException">It cannot be read, or lacks a column, or a label is none; the line is named.</exception>
    public static IReadOnlyDictionary<string, bool> Read(string path)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Read(path);
        (int image, int label) = (Column(rows, "image"), Math.Max(Column(rows, "label"), Column(rows, "anomalous")));
        if (image < 0 || label < 0)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: its first line must name the columns 'image' and 'label'.");
        }

        Dictionary<string, bool> labels = [];
        for (int line = 1; line < rows.Count; line++)
        {
            string word = rows[line].Count > Math.Max(image, label) ? rows[line][label].Trim().ToUpperInvariant() : "";
            if (word.Length == 0)
            {
                continue;
            }

            bool anomalous = word switch
            {
                "ANOMALOUS" or "TRUE" or "1" => true,
                "NORMAL" or "FALSE" or "0" => false,
                _ => throw new JobException(JobErrorKind.Input, $"{path}: line {line + 1}: '{rows[line][label]}' is no label; write anomalous or normal."),
            };
            string name = CsvText.Plain(rows[line][image]).Replace('\\', '/');
            if (!labels.TryAdd(name, anomalous))
            {
                throw new JobException(JobErrorKind.Input, $"{path}: line {line + 1}: '{name}' is there twice.");
            }
        }

        return labels;
    }

    private static int Column(IReadOnlyList<IReadOnlyList<string>> rows, string name) =>
        rows.Count == 0 ? -1 : rows[0].ToList().FindIndex(cell => cell.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
}
