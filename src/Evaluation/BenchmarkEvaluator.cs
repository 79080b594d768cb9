using MuSc.Engine.Tiles;
using MuSc.Evaluation.DataSets;
using MuSc.Evaluation.Studies;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Evaluation;

/// <summary>Runs a benchmark, category by category, and computes the paper's metrics.</summary>
public static class BenchmarkEvaluator
{
    /// <summary>Evaluates a benchmark.</summary>
    /// <param name="spec">What is asked for.</param>
    /// <param name="began">Called with the name of each category as it begins.</param>
    /// <param name="progress">Receives the progress of the category; from any thread.</param>
    /// <param name="cancellationToken">Stops soon.</param>
    /// <exception cref="JobException">The specification, the benchmark, the backbone or the device cannot be used.</exception>
    /// <exception cref="ImageFileException">An image or a mask cannot be read.</exception>
    public static EvaluationResult Run(
        EvaluationSpec spec, Action<string>? began, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<Study> studies = StudyCatalogue.Of(spec);
        Check(spec);
        IReadOnlyList<DataSetCategory> categories = DataSet.Open(spec.Root, spec.Layout, spec.Categories);
        ScoringJobSpec job = spec.Scoring;
        using ScoringDevice device = ScoringDevice.Open(job.Device);
        using BackboneRun backbone = BackboneRun.Open(job, job.Threads);
        List<CategoryRun> runs = [];
        foreach (DataSetCategory category in categories)
        {
            began?.Invoke(category.Name);
            runs.Add(new CategoryEvaluator(spec, category, studies, backbone.Extractor, backbone.Size, device, progress).Run(cancellationToken));
        }

        return new EvaluationResult(spec, backbone.Info, backbone.Size, runs, studies);
    }

    private static void Check(EvaluationSpec spec)
    {
        const string Degrees = "Degrees are one to six odd numbers from 1 on.";
        string? problem = spec switch
        {
            { Scoring.Threads: < 1 } => "The number of threads is at least 1.",
            { Scoring.Batch: < 1 } => "The number of images in a batch is at least 1.",
            { Scoring.Subsets: < 1 } => "The number of subsets is at least 1.",
            { Split: SplitRule.Authors, Scoring.Seed: < 0 } => "The authors' split takes no negative seed.",
            { Scoring.Degrees: { Count: 0 or > 6 } } => Degrees,
            _ when spec.Scoring.Degrees.Any(degree => degree < 1 || degree % 2 == 0) => Degrees,
            _ when spec.EffectiveWindows.Any(window => window < 1) => "Windows of RsCIN are numbers from 1 on.",
            { Scoring.Aggregation: not Aggregation.Lnamd } when spec.Shots.Count > 0 || spec.Studies.Any(study => study != StudyCatalogue.Methods) =>
                $"Ablations other than {StudyCatalogue.Methods}, and numbers of references, are of MuSc's own maps: leave out --method and --aggregate.",
            _ when spec.Scoring.Decision.Problem is { } decision => decision,
            _ when spec.Shots.Any(shots => shots < 0) => "Numbers of references are 0 or more.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new JobException(JobErrorKind.Usage, problem);
        }
    }
}
