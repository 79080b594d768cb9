using System.Reflection;
using MuSc.Contracts.Http;
using MuSc.Engine.Plan;

namespace MuSc.Engine.Results;

/// <summary>Writes <c>run.json</c>, last: everything to repeat the run and to know where its time went.</summary>
public sealed class RunFileWriter : IResultWriter
{
    public int Units(ScoredImages scored) => 1;

    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        ScoringJobSpec spec = scored.Spec;
        ResultJson.Save(Path.Combine(folder, "run.json"), new
        {
            program = new
            {
                name = "musc",
                version = Version,
                runtime = RuntimeInformation.FrameworkDescription,
            },
            started = scored.Facts.Started,
            settings = new
            {
                tokens_file = spec.TokensFile,
                class_tokens_file = spec.ClassTokensFile,
                backbone = spec.TokensFile is null ? spec.Backbone : null,
                size = scored.Size,
                grid = scored.Grid,
                stages = spec.Stages ?? [.. Enumerable.Range(1, scored.Shape.Stages.Count)],
                method = ScoringMethod.NameOf(spec),
                spec.Aggregation,
                spec.Degrees,
                interval = spec.Interval.ToString(),
                spec.CheckRepeats,
                reduce = spec.Reduction,
                spec.Rescoring,
                windows = spec.SmoothingWindows,
                spec.Scorers,
                spec.Subsets,
                spec.Seed,
                spec.Mode,
                references = spec.References.Select(reference => reference.Name),
                spec.Device,
                spec.Threads,
                spec.Batch,
                extraction_block = scored.Facts.ExtractionBlock,
                spec.ApplyExif,
                spec.SkipBad,
                spec.MemoryBytes,
                decision = DecisionRequest.Of(spec.Decision),
            },
            backbone = scored.Facts.Backbone,
            numeric_profile = scored.Facts.Profile,
            images = new
            {
                scored = scored.Images.Count,
                references = scored.References,
                skipped = scored.Lines.Where(line => line.Skipped is not null).Select(line => new { image = line.Name, reason = line.Skipped }),
            },
            scored.Gallery,
            plan = scored.Plan,
            resumed = scored.Facts.Resumed,
            machine = new
            {
                system = RuntimeInformation.OSDescription,
                architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                processors = Environment.ProcessorCount,
                memory_bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                peak_resident_bytes = JobMemory.PeakBytes(),
            },
            seconds = scored.PhaseTimes().ToDictionary(phase => phase.Key.ToString().ToLowerInvariant(), phase => phase.Value.TotalSeconds),
        });
        written(1);
    }

    /// <summary>The program's version, with the commit that it was built from.</summary>
    internal static string Version { get; } =
        typeof(RunFileWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
