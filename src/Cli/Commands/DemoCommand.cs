using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Evaluation.Synthetic;

namespace MuSc.Cli.Commands;

/// <summary><c>musc demo</c>: renders a small set of product photographs with seeded defects, and scores it.</summary>
internal static class DemoCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "demo",
            "Render a small set of product photographs with seeded defects, and score it: what to run first.",
            "musc demo",
            "musc demo --count 100 --seed 3 --out another-demo");
        SyntheticSet defaults = new();
        Option<string> folder = new("--out", "-o") { Description = "Folder for images/, truth.csv and results/.", HelpName = "dir", DefaultValueFactory = _ => "demo" };
        Option<int> count = new("--count") { Description = "Photographs, at least 4; a quarter of them shows a defect.", HelpName = "n", DefaultValueFactory = _ => defaults.Count };
        Option<int> seed = new("--seed") { Description = "Another seed gives another set.", HelpName = "n", DefaultValueFactory = _ => defaults.Seed };
        Option<bool> force = new("--force", "-f") { Description = "Replace a folder that is not empty." };
        Option<int> threads = new("--threads", "-t") { Description = "Threads [default: one per processor]", HelpName = "n", DefaultValueFactory = _ => Environment.ProcessorCount };
        count.Validators.Add(result => OptionParsers.AtLeast(result, 4));
        threads.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        CommonOptions common = new();
        foreach (Option option in new Option[] { folder, count, seed, force, threads })
        {
            command.Options.Add(option);
        }

        common.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SyntheticSet set = new(parsed.GetValue(count), parsed.GetValue(count) / 4, Seed: parsed.GetValue(seed));
            string place = parsed.GetValue(folder)!;
            await Console.Error.WriteLineAsync($"Rendering {set.Count} photographs, {set.Defective} of them with a defect").ConfigureAwait(false);
            IReadOnlySet<string> defective = Render(set, place, parsed.GetValue(force), parsed.GetValue(threads), cancellationToken);
            ScoringJobSpec spec = new()
            {
                Images = ImageSetResolver.Resolve([Path.Combine(place, "images")], recursive: false),
                Threads = parsed.GetValue(threads),
                Output = new() { Folder = Path.Combine(place, "results") },
            };
            JobResults done = await JobRun.RunAsync(Services.Scoring(), spec, Consoles.Progress(), cancellationToken).ConfigureAwait(false);
            int found = done.Images.Count(image => image.Rank <= set.Defective && defective.Contains(image.Name));
            if (parsed.GetValue(common.Json))
            {
                JsonOutput.Write(json =>
                {
                    json.WriteNumber("defective", set.Defective);
                    json.WriteNumber("found", found);
                    JsonOutput.WriteResults(json, done);
                });
            }
            else
            {
                IAnsiConsole console = Consoles.Results();
                JobSummary.Write(done, spec.Output, set.Defective, console);
                console.WriteLine($"{found} of the {set.Defective} images ranked first show a seeded defect (see truth.csv).");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlySet<string> Render(SyntheticSet set, string place, bool force, int threads, CancellationToken cancellationToken)
    {
        using OutputFolder output = OutputFolder.Begin(place, force);
        IReadOnlySet<string> defective = SyntheticSetWriter.Write(set, output.Aside, threads, cancellationToken);
        output.Complete();
        return defective;
    }
}
