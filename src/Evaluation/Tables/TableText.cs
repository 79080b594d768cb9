using System.Globalization;
using System.Text;
using MuSc.Engine.Inputs;

namespace MuSc.Evaluation.Tables;

/// <summary>Tables as text.</summary>
public static class TableText
{
    /// <summary>A number for people: two decimals, a dash where not available.</summary>
    public static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>All tables as Markdown.</summary>
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
                    text.AppendJoin(',', new[] { table.Key, row.Name, column, number }.Select(CsvText.Cell)).Append('\n');
                }
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
