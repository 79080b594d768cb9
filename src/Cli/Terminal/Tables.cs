namespace MuSc.Cli.Terminal;

/// <summary>Tables on the terminal.</summary>
internal static class Tables
{
    /// <summary>A column of words.</summary>
    public static TableColumn Words(string title) => new(new Text(title));

    /// <summary>A column of numbers.</summary>
    public static TableColumn Numbers(string title) => Words(title).RightAligned();

    public static void WriteTable(
        this IAnsiConsole console, string? title, IEnumerable<TableColumn> columns, IEnumerable<IEnumerable<string>> rows)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns([.. columns]);
        table.Title = title is null ? null : new TableTitle(Markup.Escape(Printable.Of(title)));
        foreach (IEnumerable<string> row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(Printable.Of(cell)))]);
        }

        console.Write(table);
    }

    /// <summary>Names and values, one a line.</summary>
    public static void WriteFacts(this IAnsiConsole console, IEnumerable<(string Name, string Value)> facts)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach ((string name, string value) in facts)
        {
            grid.AddRow(new Text(Printable.Of(name), new Style(decoration: Decoration.Bold)), new Text(Printable.Of(value)));
        }

        console.Write(grid);
    }
}
