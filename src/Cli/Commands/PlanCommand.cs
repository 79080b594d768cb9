using MuSc.Engine.Plan;
using MuSc.Features;

namespace MuSc.Cli.Commands;

/// <summary><c>musc plan</c>: what a job would cost.</summary>
internal static class PlanCommand
{
    public static MuscCommand Create()
    {
        MuscCommand command = new(
            "plan",
            "Tell what a job would cost: memory, disk, work and time, from a quick probe of this machine.",
            "musc plan photos -r",
            "musc plan --count 10000 --backbone vit.onnx --size 518 --memory 4G");
        ScoringOptions scoring = new();
        Option<int?> count = new("--count") { Description = "Plan for so many images rather than for those that are named.", HelpName = "n" };
        count.Validators.Add(result => OptionParsers.AtLeast(result, 1));
        CommonOptions common = new();
        scoring.AddTo(command);
        command.Options.Add(count);
        common.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            ScoringJobSpec spec = parsed.GetValue(count) is { } imagined
                ? scoring.Read(parsed, Imagined(imagined), Nowhere)
                : scoring.Read(parsed, Nowhere);
            JobEstimate estimate = JobEstimate.Of(spec, cancellationToken);
            if (parsed.GetValue(common.Json))
            {
                WriteJson(estimate, spec);
            }
            else
            {
                FactTable.Write(Facts(estimate, spec), Consoles.Results());
            }

            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static OutputOptions Nowhere => new() { Folder = "musc-results" };

    // They lie nowhere, but a specification names places.
    private static ImageFile[] Imagined(int count) => [.. Enumerable.Range(0, count).Select(i => new ImageFile($"{i}", $"{i}"))];

    private static IEnumerable<(string Name, string Value)> Facts(JobEstimate estimate, ScoringJobSpec spec)
    {
        JobPlan plan = estimate.Plan;
        StageShape map = plan.Shape.Stages[0];
        yield return ("Images", plan.References > 0 ? $"{plan.Images:N0} and {plan.References:N0} references" : $"{plan.Images:N0}");
        yield return ("Tokens", $"{map.Grid} × {map.Grid} patches of {map.Channels} channels; {plan.Shape.Stages.Count} stages × {spec.Degrees.Count} neighbourhoods = {plan.Maps} maps");
        yield return ("Pairs of images", $"{plan.Pairs / plan.Maps:N0} a map");
        yield return ("Work of scoring", $"{Scaled(plan.Flop, 1000)}FLOP at most");
        yield return ("Memory", $"{Bytes(plan.Memory.Total)} for scoring{(plan.Strips > 1 ? $", in {plan.Strips} strips" : "")}");
        yield return ("Scratch space", spec.TokensFile is null ? Bytes(plan.FeatureBytes) : "none");
        yield return ("Read from there", Bytes(plan.ReadBytes));
        yield return ("Anomaly maps", $"{Bytes(MapBytes(estimate))} as TIFF");
        yield return ("Time for tokens", spec.TokensFile is null ? ProgressText.Of(estimate.Extraction) : "none");
        yield return ("Time for scores", $"{ProgressText.Of(estimate.Scoring)} at most, on {spec.Threads} thread{(spec.Threads == 1 ? "" : "s")} of {Scaled(estimate.FlopsPerThread, 1000)}FLOP/s");
    }

    private static void WriteJson(JobEstimate estimate, ScoringJobSpec spec) => JsonOutput.Write(json =>
    {
        JobPlan plan = estimate.Plan;
        json.WriteNumber("images", plan.Images);
        json.WriteNumber("references", plan.References);
        json.WriteNumber("maps", plan.Maps);
        json.WriteNumber("pairs", plan.Pairs);
        json.WriteNumber("packings", plan.Packings);
        json.WriteNumber("flop", plan.Flop);
        json.WriteNumber("memory_bytes", plan.Memory.Total);
        json.WriteNumber("strips", plan.Strips);
        json.WriteNumber("scratch_bytes", spec.TokensFile is null ? plan.FeatureBytes : 0);
        json.WriteNumber("read_bytes", plan.ReadBytes);
        json.WriteNumber("map_bytes", MapBytes(estimate));
        json.WriteNumber("threads", spec.Threads);
        json.WriteNumber("flops_per_thread", estimate.FlopsPerThread);
        json.WriteNumber("extraction_seconds", estimate.Extraction.TotalSeconds);
        json.WriteNumber("scoring_seconds", estimate.Scoring.TotalSeconds);
    });

    private static long MapBytes(JobEstimate estimate) => (long)estimate.Plan.Images * estimate.Size * estimate.Size * sizeof(float);

    private static string Bytes(long bytes) => Scaled(bytes, 1024) + (bytes < 1024 ? "bytes" : "iB");

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
