using MuSc.Engine.Plan;

namespace MuSc.Cli.Commands;

/// <summary><c>musc score</c>: the main job.</summary>
internal static class ScoreCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "score",
            "Score images against each other: scores, anomaly maps, heat maps and a report.",
            "musc score photos",
            "musc score photos -r --out results --force",
            "musc score 'line3/**/*.png' --references known-good --backbone dinov2-vitb14",
            "musc score batch.csv --size 448 --skip-bad --json > results.json",
            "musc score --tokens tokens.npy --class-tokens class_tokens.npy --out results");
        ScoringOptions scoring = new();
        ResultOptions results = new();
        CommonOptions common = new();
        scoring.AddTo(command);
        results.AddTo(command);
        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            OutputOptions output = results.Read(parsed);
            ScoringJobSpec spec = scoring.Read(parsed, output);
            if (spec.MemoryBytes is { } memory)
            {
                JobMemory.LimitHeap(memory);
            }

            JobResults done = await JobRun.RunAsync(Services.Scoring(), spec, Consoles.Progress(), cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(json => JsonOutput.WriteResults(json, done));
            }
            else
            {
                JobSummary.Write(done, output, parsed.GetValue(results.Top), Consoles.Results());
            }

            return ExitCode.Done;
        });
        return command;
    }
}
