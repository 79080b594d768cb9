using MuSc.Engine.Plan;

namespace MuSc.Cli.Commands;

/// <summary><c>musc score</c>: the main job.</summary>
internal static class ScoreCommand
{
    public static MuscCommand Create(string name)
    {
        ScoringOptions scoring = new();
        ResultOptions results = new();
        GalleryUseOptions gallery = new("dir", "A folder of its own.");
        return new MuscCommand(
            name,
            "Score images against each other: scores, anomaly maps, heat maps and a report.",
            "musc score photos",
            "musc score photos -r --out results --force",
            "musc score 'line3/**/*.png' --references known-good --backbone dinov2-vitb14",
            "musc score batch.csv --size 448 --skip-bad --json > results.json",
            "musc score tuesday --gallery line3 --gallery-size 2000",
            "musc score --tokens tokens.npy --class-tokens class_tokens.npy --out results")
        {
            scoring.Images.Inputs, scoring.All, gallery.All, results.All,
        }.Does(async (parsed, cancellationToken) =>
        {
            ScoringJobSpec spec = scoring.Read(parsed, scoring.ImagesOf(parsed), results.Read(parsed)) with { Gallery = gallery.Read(parsed) };
            if (spec.MemoryBytes is { } memory)
            {
                JobMemory.LimitHeap(memory);
            }

            JobResults done = await JobRun.RunAsync(spec, cancellationToken).ConfigureAwait(false);
            return new(
                () => JsonOutput.Of(done),
                console => JobSummary.Write(done, spec.Output, parsed.GetValue(results.Top), console));
        });
    }
}
