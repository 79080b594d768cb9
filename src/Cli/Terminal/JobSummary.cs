using MuSc.Engine.Report;

namespace MuSc.Cli.Terminal;

/// <summary>What is said at the end of a scoring job.</summary>
internal static class JobSummary
{
    private const int SkippedShown = 10;

    public static void Write(JobResults results, OutputOptions output, int rows, IAnsiConsole console)
    {
        ImageResult[] skipped = [.. results.Images.Where(image => image.Skipped is not null)];
        foreach (ImageResult image in skipped.Take(SkippedShown))
        {
            console.WriteLine(Printable.Of($"Left out: {image.Name}: {image.Skipped}"));
        }

        if (skipped.Length > SkippedShown)
        {
            console.WriteLine($"… and {skipped.Length - SkippedShown} more; see scores.csv.");
        }

        WriteRanking(results, rows, console);
        TimeSpan total = results.PhaseTimes.Values.Aggregate(TimeSpan.Zero, (sum, time) => sum + time);
        int scored = results.Images.Count - skipped.Length;
        string time = results.PhaseTimes.Count > 0 ? $" in {ProgressText.Of(total)}" : "";
        console.WriteLine($"{scored:N0} image{(scored == 1 ? "" : "s")} scored{time}.");
        if (results.Decision is { } decision)
        {
            Write(decision, console);
        }

        if (results.Gallery is { } gallery)
        {
            console.WriteLine(Printable.Of(Of(gallery)));
        }

        WriteRepeats(results.Images, console);
        if (results.Resumed != ResumedWork.None)
        {
            console.WriteLine(Of(results.Resumed));
        }

        console.WriteLine($"Results: {Path.Combine(results.Folder, output.Report ? "report.html" : "scores.csv")}");
    }

    /// <summary>What the scores say of the set as a whole.</summary>
    public static void Write(SetDecision decision, IAnsiConsole console)
    {
        string threshold = decision is { ShowsTwoClasses: true, Threshold: { } score } ? $" Threshold {score:0.0000}, {decision.Near:N0} within 5 % of it." : "";
        console.WriteLine($"{decision.Text}{threshold}");
        foreach (string sentence in new[] { decision.Warning, decision.Advice }.OfType<string>())
        {
            console.WriteLine(sentence);
        }
    }

    /// <summary>What a job did with its gallery, in words.</summary>
    public static string Of(GalleryChange gallery) =>
        $"Gallery {gallery.Place}: {gallery.Images:N0} image{(gallery.Images == 1 ? "" : "s")}, {gallery.Added:N0} added, {gallery.Left:N0} left. "
        + $"{gallery.Pairs:N0} image pairs were worked out, {(gallery.AllPairs == 0 ? 0 : 100.0 * gallery.Pairs / gallery.AllPairs):0.0} % of those without it.";

    private static void WriteRepeats(IReadOnlyList<ImageResult> images, IAnsiConsole console)
    {
        string[] rising = [.. images.Where(image => image.Rises == true).Select(image => image.Name)];
        if (rising.Length > 0)
        {
            console.WriteLine(Printable.Of($"{rising.Length:N0} image{(rising.Length == 1 ? "" : "s")} may show a defect that repeats: {string.Join(", ", rising.Take(SkippedShown))}{(rising.Length > SkippedShown ? ", …" : "")}"));
            console.WriteLine(RepeatsWriter.Advice);
        }
        else if (images.Any(image => image.Rises is not null))
        {
            console.WriteLine("No image shows signs of a defect that repeats.");
        }
    }

    /// <summary>What an earlier run had done, in words.</summary>
    public static string Of(ResumedWork resumed) =>
        $"Taken over from the run before: the features of {resumed.Features:N0} images, {resumed.Pairs.TakenOver:N0} of its {resumed.Pairs.Begun:N0} image pairs. "
        + $"Done again: the features of {resumed.FeaturesAgain:N0} images, {resumed.Pairs.Again:N0} image pairs.";

    // The most anomalous images; the scores before RsCIN only where it has changed one.
    private static void WriteRanking(JobResults results, int rows, IAnsiConsole console)
    {
        IReadOnlyList<ImageResult> images = results.Images;
        ImageResult[] ranked = [.. images.Where(image => image.Rank is not null).OrderBy(image => image.Rank).Take(rows)];
        if (ranked.Length > 0)
        {
            bool rescored = images.Any(image => image.Score != image.ScoreBefore);
            bool decided = results.Decision?.ShowsTwoClasses == true;
            TableColumn[] before = rescored ? [Tables.Numbers("Before RsCIN")] : [];
            TableColumn[] anomalous = decided ? [Tables.Words("Decision")] : [];
            console.WriteTable(
                null,
                [Tables.Numbers("Rank"), Tables.Numbers("Score"), .. before, .. anomalous, Tables.Words("Image")],
                ranked.Select(image => (string[])
                    [$"{image.Rank}", $"{image.Score:0.0000}", .. rescored ? [$"{image.ScoreBefore:0.0000}"] : (string[])[],
                        .. decided ? [image.Anomalous == true ? "anomalous" : "normal"] : (string[])[], image.Name]));
        }
    }
}
