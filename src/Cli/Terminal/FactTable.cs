namespace MuSc.Cli.Terminal;

/// <summary>Names and values, one a line.</summary>
internal static class FactTable
{
    public static void Write(IEnumerable<(string Name, string Value)> facts, IAnsiConsole console)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach ((string name, string value) in facts)
        {
            grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));
        }

        console.Write(grid);
    }
}
