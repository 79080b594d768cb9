using MuSc.Engine.Results;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MuSc.Engine.Files;

namespace MuSc.Evaluation.Tables;

/// <summary>Writes <c>evaluation.csv</c>, <c>evaluation.json</c> and <c>evaluation.md</c>; each is whole or not there.</summary>
public static class EvaluationFiles
{
    /// <summary>Writes the files; those of an earlier evaluation are replaced, a folder that is absent is made.</summary>
    /// <exception cref="JobException">The folder cannot be written to.</exception>
    public static void Write(string folder, EvaluationResult result, IReadOnlyList<ReportTable> tables) => DiskError.Name(folder, () =>
    {
        Directory.CreateDirectory(folder);
        Replace(Path.Combine(folder, "evaluation.csv"), TableText.Csv(tables));
        Replace(Path.Combine(folder, "evaluation.json"), EvaluationJson.Write(result, tables));
        Replace(Path.Combine(folder, "evaluation.md"), TableText.Markdown(tables));
    });

    private static void Replace(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

/// <summary>An evaluation for machines: its settings and its tables with all digits.</summary>
public static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text, which ends with a line end.</summary>
    public static string Write(EvaluationResult result, IReadOnlyList<ReportTable> tables)
    {
        EvaluationSpec spec = result.Spec;
        return JsonSerializer.Serialize(
            new
            {
                Settings = new
                {
                    Layout = spec.Layout.ToString().ToLowerInvariant(),
                    MaskRule = spec.EffectiveMaskRule.ToString().ToLowerInvariant(),
                    Backbone = result.Backbone?.Name,
                    BackboneSha256 = result.Backbone?.Sha256,
                    result.Size,
                    spec.Scoring.Stages,
                    spec.Scoring.Degrees,
                    Interval = spec.Scoring.Interval.ToString(),
                    Reduction = spec.Scoring.Reduction.ToString().ToLowerInvariant(),
                    Windows = spec.EffectiveWindows,
                    spec.Scoring.Subsets,
                    Split = spec.Split.ToString().ToLowerInvariant(),
                    spec.Scoring.Seed,
                },
                Tables = tables.Select(table => new
                {
                    table.Key,
                    table.Title,
                    table.Columns,
                    Rows = table.Rows.Select(row => new { row.Name, row.Values }),
                    table.Note,
                }),
            },
            Options) + "\n";
    }
}

/// <summary>Tables as text.</summary>
public static class TableText
{
    /// <summary>A number for people: two decimals, a dash where not available.</summary>
    public static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    public static string Markdown(IEnumerable<ReportTable> tables)
    {
        StringBuilder text = new();
        foreach (ReportTable table in tables)
        {
            text.Append("## ").Append(table.Title).Append("\n\n");
            Line(text, [table.RowTitle, .. table.Columns]);
            Line(text, [":--", .. table.Columns.Select(_ => "--:")]);
            foreach (ReportRow row in table.Rows)
            {
                Line(text, [row.Name, .. row.Values.Select(Number)]);
            }

            text.Append('\n');
            if (table.Note is not null)
            {
                text.Append(table.Note).Append("\n\n");
            }
        }

        return text.ToString();
    }

    /// <summary>All tables as comma-separated values, one number a line, so that tables of any width go together.</summary>
    public static string Csv(IEnumerable<ReportTable> tables)
    {
        StringBuilder text = new("table,row,column,value\n");
        foreach (ReportTable table in tables)
        {
            foreach (ReportRow row in table.Rows)
            {
                foreach ((string column, double? value) in table.Columns.Zip(row.Values))
                {
                    string number = value?.ToString("R", CultureInfo.InvariantCulture) ?? string.Empty;
                    text.AppendJoin(',', CsvCell.OfText(table.Key), CsvCell.OfText(row.Name), CsvCell.OfText(column), number).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
