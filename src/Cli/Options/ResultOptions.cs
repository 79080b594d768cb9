namespace MuSc.Cli;

/// <summary>What is written, and where.</summary>
internal sealed class ResultOptions
{
    public Option<string> Out { get; } = new("--out", "-o")
    {
        Description = "Folder of results.",
        HelpName = "dir",
        DefaultValueFactory = _ => "musc-results",
    };

    public Option<bool> Force { get; } = new("--force", "-f") { Description = "Replace an output folder that is not empty." };

    public Option<MapFormat> Maps { get; } = new("--maps") { Description = "How anomaly maps are written: tiff, npy or none.", HelpName = "tiff|npy|none" };

    public Option<bool> NoOverlays { get; } = new("--no-overlays") { Description = "Write no heat maps over the images." };

    public Option<bool> NoReport { get; } = new("--no-report") { Description = "Write no report.html." };

    public Option<bool> PatchScores { get; } = new("--save-patch-scores") { Description = "Also write patch_scores.npy, [images × patches] float64; always written with --tokens." };

    public Option<int> Top { get; } = new("--top")
    {
        Description = "Rows of the table of the most anomalous images.",
        HelpName = "n",
        DefaultValueFactory = _ => 10,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Out);
        command.Options.Add(Force);
        command.Options.Add(Maps);
        command.Options.Add(NoOverlays);
        command.Options.Add(NoReport);
        command.Options.Add(PatchScores);
        command.Options.Add(Top);
    }

    public OutputOptions Read(ParseResult parsed) => new()
    {
        Folder = parsed.GetValue(Out)!,
        Force = parsed.GetValue(Force),
        Maps = parsed.GetValue(Maps),
        Overlays = !parsed.GetValue(NoOverlays),
        Report = !parsed.GetValue(NoReport),
        PatchScores = parsed.GetValue(PatchScores),
    };
}
