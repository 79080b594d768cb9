using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Evaluation.Synthetic;

namespace MuSc.Cli.Commands;

/// <summary><c>musc demo</c>: renders a small set of product photographs with seeded defects, and scores it.</summary>
internal static class DemoCommand
{
    public static MuscCommand Create(string name)
    {
        SyntheticSet defaults = new();
        Option<string> folder = NewOption.Of("--out, -o", "dir", "Folder for images/, truth.csv and results/.", byDefault: "demo");
        Option<int> count = NewOption.Of("--count", "n", "Photographs, at least 4; a quarter of them shows a defect.", defaults.Count).AtLeast(4);
        Option<int> seed = NewOption.Of("--seed", "n", "Another seed gives another set.", defaults.Seed);
        Option<bool> force = NewOption.Flag("--force, -f", "Replace a folder that holds an earlier demonstration.");
        Option<int> threads = NewOption.Of("--threads, -t", "n", "Threads [default: one per processor]", Environment.ProcessorCount).AtLeast(1);
        return new MuscCommand(
            name,
            "Render a small set of product photographs with seeded defects, and score it: what to run first.",
            "musc demo",
            "musc demo --count 100 --seed 3 --out another-demo")
        {
            folder, count, seed, force, threads,
        }.Does(async (parsed, cancellationToken) =>
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
            JobResults done = await JobRun.RunAsync(spec, cancellationToken).ConfigureAwait(false);
            int found = done.Images.Count(image => image.Rank <= set.Defective && defective.Contains(image.Name));
            return new(
                () => JsonOutput.Of(done, defective: set.Defective, found: found),
                console =>
                {
                    JobSummary.Write(done, spec.Output, set.Defective, console);
                    console.WriteLine($"{found} of the {set.Defective} images ranked first show a seeded defect (see truth.csv).");
                });
        });
    }

    private static IReadOnlySet<string> Render(SyntheticSet set, string place, bool force, int threads, CancellationToken cancellationToken)
    {
        using OutputFolder output = OutputFolder.Begin(place, force);
        IReadOnlySet<string> defective = SyntheticSetWriter.Write(set, output.Aside, threads, cancellationToken);
        output.Complete();
        return defective;
    }
}
