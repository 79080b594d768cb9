using MuSc.Engine.Plan;
using MuSc.Features.Backbones;

namespace MuSc.Cli.Commands;

/// <summary><c>musc plan</c>: what a job would cost.</summary>
internal static class PlanCommand
{
    public static MuscCommand Create(string name)
    {
        ScoringOptions scoring = new();
        Option<int?> count = NewOption.Of<int?>("--count", "n", "Plan for so many images rather than for those that are named.").AtLeast(1);
        return new MuscCommand(
            name,
            "Estimate what a job would cost: memory, disk, work and time, from a quick probe of this machine.",
            "musc plan photos -r",
            "musc plan --count 10000 --backbone vit.onnx --size 518 --memory 4G")
        {
            scoring.Images.Inputs, scoring.All, count,
        }.Does((parsed, cancellationToken) =>
        {
            IReadOnlyList<ImageFile> images = parsed.GetValue(count) is { } imagined ? Imagined(imagined) : scoring.ImagesOf(parsed);
            ScoringJobSpec spec = scoring.Read(parsed, images, Nowhere);
            JobEstimate estimate = JobEstimate.Of(spec, cancellationToken);
            return Task.FromResult(new Outcome(() => Json(estimate, spec), console => console.WriteFacts(Facts(estimate, spec))));
        });
    }

    private static OutputOptions Nowhere => new() { Folder = "musc-results" };

    // They lie nowhere, but a specification names places.
    private static ImageFile[] Imagined(int count) => [.. Enumerable.Range(0, count).Select(i => new ImageFile($"{i}", $"{i}"))];

    private static IEnumerable<(string Name, string Value)> Facts(JobEstimate estimate, ScoringJobSpec spec)
    {
        JobPlan plan = estimate.Plan;
        StageShape map = plan.Shape.Stages[0];
        return
        [
            ("Images", plan.References > 0 ? $"{plan.Images:N0} and {plan.References:N0} references" : $"{plan.Images:N0}"),
            ("Tokens", $"{map.Grid} × {map.Grid} patches of {map.Channels} channels; "
                + $"{plan.Shape.Stages.Count} stages × {spec.MapsPerStage} {(spec.MapsPerStage == 1 ? "neighbourhood" : "neighbourhoods")} = {plan.Maps} maps"),
            ("Pairs of images", $"{plan.Pairs / plan.Maps:N0} a map"),
            ("Work of scoring", $"{Scaled(plan.Flop, 1000)}FLOP at most"),
            ("Memory", $"{Bytes(plan.Memory.Total)} for scoring{(plan.Strips > 1 ? $", in {plan.Strips} strips" : "")}"),
            ("Scratch space", spec.TokensFile is null ? Bytes(plan.FeatureBytes) : "none"),
            ("Read from there", Bytes(plan.ReadBytes)),
            ("Anomaly maps", $"{Bytes(MapBytes(estimate))} as TIFF"),
            ("Time for tokens", spec.TokensFile is null ? ProgressText.Of(estimate.Extraction) : "none"),
            ("Time for scores", $"{ProgressText.Of(estimate.Scoring)} at most, "
                + $"on {spec.Threads} thread{(spec.Threads == 1 ? "" : "s")} of {Scaled(estimate.FlopsPerThread, 1000)}FLOP/s"),
            .. estimate.ScoringOfSample is { } sample ? [($"With --scorers {JobEstimate.Sample}", $"{ProgressText.Of(sample)} for scores, a little less exact")] : Array.Empty<(string, string)>(),
        ];
    }

    private static object Json(JobEstimate estimate, ScoringJobSpec spec) => new
    {
        estimate.Plan.Images,
        estimate.Plan.References,
        estimate.Plan.Maps,
        estimate.Plan.Pairs,
        estimate.Plan.Packings,
        estimate.Plan.Flop,
        MemoryBytes = estimate.Plan.Memory.Total,
        estimate.Plan.Strips,
        ScratchBytes = spec.TokensFile is null ? estimate.Plan.FeatureBytes : 0,
        estimate.Plan.ReadBytes,
        MapBytes = MapBytes(estimate),
        spec.Threads,
        estimate.FlopsPerThread,
        ExtractionSeconds = estimate.Extraction.TotalSeconds,
        ScoringSeconds = estimate.Scoring.TotalSeconds,
        SampledScoringSeconds = estimate.ScoringOfSample?.TotalSeconds,
    };

    private static long MapBytes(JobEstimate estimate) => (long)estimate.Plan.Images * estimate.Size * estimate.Size * sizeof(float);

    /// <summary>Bytes for people, such as <c>1.5 GiB</c>.</summary>
    public static string Bytes(long bytes) => Scaled(bytes, 1024) + (bytes < 1024 ? "bytes" : "iB");

    // 1 234 567 → "1.23 M"; a unit follows.
    private static string Scaled(double value, double step)
    {
        string[] prefixes = ["", "K", "M", "G", "T", "P", "E"];
        int prefix = 0;
        for (; value >= step && prefix < prefixes.Length - 1; prefix++)
        {
            value /= step;
        }

        string number = value.ToString(value < 10 && prefix > 0 ? "0.0#" : value < 100 && prefix > 0 ? "0.#" : "0", CultureInfo.InvariantCulture);
        return $"{number} {prefixes[prefix]}";
    }
}
