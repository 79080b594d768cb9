using MuSc.Evaluation.Tables;

namespace MuSc.Cli.Terminal;

/// <summary>Tables of an evaluation on the terminal.</summary>
internal static class ReportTables
{
    public static void Write(IEnumerable<ReportTable> tables, IAnsiConsole console)
    {
        foreach (ReportTable report in tables)
        {
            Table table = new Table().Border(TableBorder.Simple).Title(new TableTitle(Markup.Escape(report.Title))).AddColumn(new TableColumn(new Text(report.RowTitle)));
            foreach (string column in report.Columns)
            {
                table.AddColumn(new TableColumn(new Text(column)).RightAligned());
            }

            foreach (ReportRow row in report.Rows)
            {
                table.AddRow([new Text(row.Name), .. row.Values.Select(value => new Text(TableText.Number(value)))]);
            }

            console.Write(table);
            if (report.Note is not null)
            {
                console.WriteLine(report.Note);
                console.WriteLine();
            }
        }
    }
}
