using MuSc.Contracts.Http;
using MuSc.Engine.Results;
using MuSc.Evaluation;
using MuSc.Scoring.Decisions;

namespace MuSc.Cli.Commands;

/// <summary><c>musc decide</c>: decides finished results anew, or the scores of any method.</summary>
internal static class DecideCommand
{
    public static MuscCommand Create(string name)
    {
        Argument<string?> results = new("results")
        {
            Description = "Folder of finished results; its decision, masks and report are made anew, nothing is scored again.",
            Arity = ArgumentArity.ZeroOrOne,
            Validators = { OptionParsers.NoOptions },
        };
        Option<string?> scores = NewOption.Of<string?>("--scores", "file.csv", "Decide a table with the columns image and score, of any method.");
        Option<string> output = NewOption.Of(
            "--out, -o", "file.csv", "With --scores, the new table: image, score, anomalous, margin.", byDefault: "decided.csv");
        DecidingOptions deciding = new();
        Option<bool> noMasks = NewOption.Flag("--no-masks", "Write no masks of the anomalous pixels.");
        Option<int?> threads = NewOption.Of<int?>("--threads, -t", "n", "Threads; never changes a result [default: one per processor]").AtLeast(1);
        Option<int> top = NewOption.Of("--top", "n", "Rows of the table of the most anomalous images.", byDefault: 10);
        MuscCommand command = new(
            name,
            "Decide which images of finished results are anomalous by other settings, without scoring again.",
            "musc decide musc-results --expect few",
            "musc decide musc-results --threshold 0.42",
            "musc decide --scores scores.csv --flag 5%")
        {
            results, scores, output, deciding.All, noMasks, threads, top,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(results) is null == result.GetValue(scores) is null)
            {
                result.AddError("Give either a folder of results or --scores.");
            }
        });
        return command.Does(async (parsed, cancellationToken) =>
        {
            DecisionOptions options = deciding.Read(parsed);
            if (options.Problem is { } problem)
            {
                throw new JobException(JobErrorKind.Usage, problem);
            }

            if (parsed.GetValue(scores) is { } table)
            {
                return Decide(table, parsed.GetValue(output)!, options);
            }

            FinishedResults finished = FinishedResults.Open(parsed.GetValue(results)!);
            JobResults decided = await ProgressView.RunAsync(
                progress => DecidedResults.Write(
                    finished, options, !parsed.GetValue(noMasks), parsed.GetValue(threads) ?? Environment.ProcessorCount, progress, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            return new(() => JsonOutput.Of(decided), console => JobSummary.Write(decided, new() { Folder = decided.Folder }, parsed.GetValue(top), console));
        });
    }

    private static Outcome Decide(string table, string output, DecisionOptions options)
    {
        ExternalScores scores = ExternalScores.Read(table);
        DecisionRule rule = Deciding.Run(scores, options);
        Deciding.Write(output, scores, rule);
        return new(
            () => new { Decision = DecisionResource.Of(rule.Set), Anomalous = scores.Names.Where(image => rule.IsAnomalous(scores[image], scores[image])) },
            console =>
            {
                JobSummary.Write(rule.Set, console);
                console.WriteLine($"{scores.Names.Count:N0} scores decided: {output}");
            });
    }
}
