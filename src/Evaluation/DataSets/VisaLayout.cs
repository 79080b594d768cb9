using MuSc.Engine.Inputs;

namespace MuSc.Evaluation.DataSets;

/// <summary>VisA: one table names every image, its category, split, label and mask.</summary>
internal static class VisaLayout
{
    private static readonly string[] Columns = ["object", "split", "label", "image", "mask"];

    public static IReadOnlyList<DataSetCategory> Read(string root)
    {
        string table = Path.Combine(root, "split_csv", "1cls.csv");
        if (!File.Exists(table))
        {
            throw new JobException(JobErrorKind.Input, $"{table}: there is no such file; the layout visa needs the split_csv folder of VisA.");
        }

        IReadOnlyList<IReadOnlyList<string>> rows = CsvText.Parse(File.ReadAllText(table));
        if (rows.Count == 0 || !rows[0].SequenceEqual(Columns))
        {
            throw new JobException(JobErrorKind.Input, $"{table}: its first line is not '{string.Join(',', Columns)}'.");
        }

        if (rows.Skip(1).Select((row, line) => (row, line)).FirstOrDefault(entry => entry.row.Count < 4) is (not null, int bad))
        {
            throw new JobException(JobErrorKind.Input, $"{table}: line {bad + 2} has fewer than four cells.");
        }

        return [.. rows.Skip(1).GroupBy(row => row[0]).Select(category => new DataSetCategory(
            category.Key,
            [.. category.Where(row => row[1] == "test").Select(row => Test(root, row))],
            [.. category.Where(row => row[1] == "train" && row[2] == "normal").Select(row => Image(root, row))],
            null))];
    }

    private static DataSetImage Test(string root, IReadOnlyList<string> row)
    {
        ImageFile image = Image(root, row);
        bool anomalous = row[2] != "normal";
        bool masked = anomalous && row.Count > 4 && row[4].Length > 0;
        return new DataSetImage(
            image, anomalous, Path.GetFileName(Path.GetDirectoryName(image.Path)!), masked ? [Path.GetFullPath(row[4], root)] : []);
    }

    private static ImageFile Image(string root, IReadOnlyList<string> row)
    {
        string name = row[3].StartsWith(row[0] + '/', StringComparison.Ordinal) ? row[3][(row[0].Length + 1)..] : row[3];
        return new ImageFile(name, Path.GetFullPath(row[3], root));
    }
}
