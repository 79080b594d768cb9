using System.Text.Json;
using MuSc.Evaluation;
using MuSc.Evaluation.Tables;

namespace MuSc.Cli.Commands;

/// <summary><c>musc evaluate</c>: the paper's tables.</summary>
internal static class EvaluateCommand
{
    public static MuscCommand Create(string name)
    {
        EvaluationOptions evaluation = new();
        Option<string?> scores = NewOption.Of<string?>(
            "--scores", "file.csv", "Evaluate what another program wrote rather than scoring: a table with the columns image and score.");
        Option<string?> maps = NewOption.Of<string?>(
            "--maps", "dir", "Anomaly maps that go with --scores, in the same tree as the images: .tiff (float32), .npy [H × W] or .png.");
        Option<string> folder = NewOption.Of(
            "--out, -o", "dir", "Folder for evaluation.csv, evaluation.json and evaluation.md; those of an earlier run are replaced.",
            byDefault: "musc-evaluation");
        MuscCommand command = new(
            name,
            "Score a benchmark with known defects and print the paper's metrics, beside the published ones.",
            "musc evaluate mvtec_anomaly_detection --layout mvtec --backbone clip-vit-l14-336 --size 518",
            "musc evaluate visa --layout visa --category candle,pcb1 --ablate degrees,windows",
            "musc evaluate mvtec_anomaly_detection --layout mvtec --shots 0,1,2,4 --seed 1",
            "musc evaluate my_parts --layout folder --mask-rule any --out evaluation",
            "musc evaluate mvtec_anomaly_detection --layout mvtec -c bottle --scores scores.csv --maps maps")
        {
            evaluation.Root, evaluation.All, scores, maps, folder,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(maps) is not null && result.GetValue(scores) is null)
            {
                result.AddError("--maps goes with --scores.");
            }
        });
        return command.Does(async (parsed, cancellationToken) =>
        {
            EvaluationSpec spec = evaluation.Read(parsed);
            EvaluationResult result = await ProgressView.RunAsync(
                progress => Run(spec, parsed.GetValue(scores), parsed.GetValue(maps), progress, cancellationToken), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ReportTable> tables = EvaluationTables.Of(result);
            EvaluationFiles.Write(parsed.GetValue(folder)!, result, tables);
            return new(
                () => JsonElement.Parse(EvaluationJson.Write(result, tables)),
                console =>
                {
                    Write(tables, console);
                    console.WriteLine($"Results: {Path.Combine(parsed.GetValue(folder)!, "evaluation.md")}");
                });
        });
    }

    private static EvaluationResult Run(
        EvaluationSpec spec, string? scores, string? maps, IProgress<JobProgress> progress, CancellationToken cancellationToken) => scores is null
        // Live bars leave no room for lines of text.
        ? BenchmarkEvaluator.Run(spec, Console.IsErrorRedirected ? Console.Error.WriteLine : null, progress, cancellationToken)
        : ExternalEvaluator.Run(spec, scores, maps, cancellationToken);

    private static void Write(IEnumerable<ReportTable> tables, IAnsiConsole console)
    {
        foreach (ReportTable table in tables)
        {
            console.WriteTable(
                table.Title,
                [Tables.Words(table.RowTitle), .. table.Columns.Select(Tables.Numbers)],
                table.Rows.Select(row => row.Values.Select(TableText.Number).Prepend(row.Name)));
            if (table.Note is not null)
            {
                console.WriteLine(table.Note);
                console.WriteLine();
            }
        }
    }
}
