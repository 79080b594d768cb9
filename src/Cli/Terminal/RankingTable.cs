namespace MuSc.Cli.Terminal;

/// <summary>The most anomalous images as a table.</summary>
internal static class RankingTable
{
    public static void Write(IReadOnlyList<ImageResult> images, int rows, IAnsiConsole console)
    {
        ImageResult[] ranked = [.. images.Where(image => image.Rank is not null).OrderBy(image => image.Rank).Take(rows)];
        if (ranked.Length == 0)
        {
            return;
        }

        bool rescored = images.Any(image => image.Score != image.ScoreBefore);
        Table table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("Rank").RightAligned());
        table.AddColumn(new TableColumn("Score").RightAligned());
        if (rescored)
        {
            table.AddColumn(new TableColumn("Before RsCIN").RightAligned());
        }

        table.AddColumn(new TableColumn("Image"));
        foreach (ImageResult image in ranked)
        {
            string[] cells = rescored
                ? [Rank(image), Number(image.Score), Number(image.ScoreBefore), image.Name]
                : [Rank(image), Number(image.Score), image.Name];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        console.Write(table);
    }

    private static string Rank(ImageResult image) => image.Rank!.Value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";
}
