using MuSc.Evaluation;
using MuSc.Evaluation.Tables;

namespace MuSc.Cli.Commands;

/// <summary><c>musc evaluate</c>: the paper's tables.</summary>
internal static class EvaluateCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "evaluate",
            "Score a benchmark with known defects and print the paper's metrics, beside the published ones.",
            "musc evaluate mvtec_anomaly_detection --layout mvtec --backbone clip-vit-l14-336 --size 518",
            "musc evaluate visa --layout visa --category candle,pcb1 --ablate degrees,windows",
            "musc evaluate mvtec_anomaly_detection --layout mvtec --shots 0,1,2,4 --seed 1",
            "musc evaluate my_parts --layout folder --mask-rule any --out evaluation",
            "musc evaluate mvtec_anomaly_detection --layout mvtec -c bottle --scores scores.csv --maps maps");
        EvaluationOptions evaluation = new();
        Option<string?> scores = new("--scores")
        {
            Description = "Evaluate what another program wrote rather than scoring: a table with the columns image and score.",
            HelpName = "file.csv",
        };
        Option<string?> maps = new("--maps")
        {
            Description = "Anomaly maps that go with --scores, in the same tree as the images: .tiff (float32), .npy [H × W] or .png.",
            HelpName = "dir",
        };
        Option<string> folder = new("--out", "-o")
        {
            Description = "Folder for evaluation.csv, evaluation.json and evaluation.md; those of an earlier run are replaced.",
            HelpName = "dir",
            DefaultValueFactory = _ => "musc-evaluation",
        };
        CommonOptions common = new();
        evaluation.AddTo(command);
        command.Options.Add(scores);
        command.Options.Add(maps);
        command.Options.Add(folder);
        common.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(maps) is not null && result.GetValue(scores) is null)
            {
                result.AddError("--maps goes with --scores.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            EvaluationSpec spec = evaluation.Read(parsed);
            EvaluationResult result = await Consoles.Progress().RunAsync(progress => Task.Run(
                () => Run(spec, parsed.GetValue(scores), parsed.GetValue(maps), progress, cancellationToken), cancellationToken)).ConfigureAwait(false);
            IReadOnlyList<ReportTable> tables = EvaluationTables.Of(result);
            EvaluationFiles.Write(parsed.GetValue(folder)!, result, tables);
            if (parsed.GetValue(common.Json))
            {
                await Console.Out.WriteAsync(EvaluationJson.Write(result, tables)).ConfigureAwait(false);
            }
            else
            {
                ReportTables.Write(tables, Consoles.Results());
                Consoles.Results().WriteLine($"Results: {Path.Combine(parsed.GetValue(folder)!, "evaluation.md")}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static EvaluationResult Run(
        EvaluationSpec spec, string? scores, string? maps, IProgress<JobProgress> progress, CancellationToken cancellationToken) => scores is null
        // Live bars leave no room for lines of text.
        ? BenchmarkEvaluator.Run(spec, Console.IsErrorRedirected ? Console.Error.WriteLine : null, progress, cancellationToken)
        : ExternalEvaluator.Run(spec, scores, maps, cancellationToken);
}
