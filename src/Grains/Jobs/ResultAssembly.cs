using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Engine.Local;
using MuSc.Engine.Plan;
using MuSc.Engine.Results;
using MuSc.Features;
using MuSc.Features.Backbones;
using MuSc.Grains.Storage;
using MuSc.Scoring.Maps;
using MuSc.Scoring.RsCin;

namespace MuSc.Grains.Jobs;

/// <summary>
/// Puts the blocks' stored patch scores and class tokens together and writes the job's results, by the same writers as a
/// job on one machine.
/// </summary>
internal sealed class ResultAssembly(
    ScoringJobSpec spec, JobImages images, ProgressRecord progress, BackboneInfo backbone, int size, DateTimeOffset started, JobFolder folder)
{
    // A plan tells how one machine would do it; the cluster's silos have budgets of their own.
    private const long AnyBudget = long.MaxValue / 4;

    private readonly FeatureShape _shape = progress.Shape!.ToShape();

    /// <exception cref="JobException">Something is missing or cannot be written.</exception>
    public bool Write(CancellationToken cancellationToken)
    {
        ScoredImages scored = Gather();
        using OutputFolder output = OutputFolder.Begin(folder.Results, force: true);
        foreach (IResultWriter writer in ResultWriters.All.Where(writer => writer.Units(scored) > 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            DiskError.Tell(folder.Results, () => writer.Write(scored, output.Aside, _ => { }, cancellationToken));
        }

        output.Complete();
        DiskError.Tell(folder.Results, () => StoredResults.Write(folder, scored.Lines));
        return true;
    }

    private ScoredImages Gather()
    {
        SetScores scores = Scores();
        LineWriter writer = new(scores);
        List<ImageResult> lines = [];
        List<ScoredImage> kept = [];
        for (int image = 0; image < spec.Images.Count; image++)
        {
            (ImageFile file, Messages.ImageCheckMessage check) = (spec.Images[image], progress.Checks[image]);
            lines.Add(check.Reason is null ? writer.Next(file.Name, check.Width, check.Height) : new(file.Name, null, null, null, 0, 0, check.Reason));
        }

        IReadOnlyList<string> stems = ResultStems.Of([.. lines.Where(line => line.Skipped is null).Select(line => line.Name)]);
        foreach ((ImageFile file, ImageResult line) in spec.Images.Zip(lines).Where(pair => pair.Second.Skipped is null))
        {
            kept.Add(new(kept.Count, line.Name, stems[kept.Count], file, line));
        }

        int references = images.Blocks.Where(block => block.Reference).Sum(block => block.Count);
        return new()
        {
            Spec = spec,
            Plan = JobPlan.Of(spec, kept.Count, references, _shape, AnyBudget),
            Facts = new(started, backbone, progress.Profile, images.Blocks.Max(block => block.Count), ResumedWork.None),
            Images = kept,
            Lines = lines,
            Grid = _shape.Stages[0].Grid,
            Size = size,
            PatchScores = scores.PatchScores,
            PhaseTimes = () => progress.PhaseTimes,
        };
    }

    private SetScores Scores()
    {
        int grid = _shape.Stages[0].Grid;
        int patches = grid * grid;
        double[] scores = Read<double>(patches, folder.Scores);
        double[] before = [.. Enumerable.Range(0, images.Rows.Count).Select(row => ImageScore.Max(scores.AsSpan(row * patches, patches), grid, size))];
        double[] after = [.. before];
        if (_shape.ClassChannels > 0 && spec.Windows.Count > 0)
        {
            RsCin.Rescore(before, Read<float>(_shape.ClassChannels, folder.ClassTokens), _shape.ClassChannels, spec.Windows, after);
        }

        return new(scores, before, after, ResumedWork.None.Pairs);
    }

    // [N × length] in the order of the specification's usable images.
    private T[] Read<T>(int length, Func<int, int, string> path) where T : unmanaged
    {
        T[] all = new T[checked(images.Rows.Count * length)];
        for (int block = 0; block < images.Blocks.Count && !images.Blocks[block].Reference; block++)
        {
            (int first, int count) = (images.Blocks[block].First, images.Blocks[block].Count);
            T[] stored = StoredArray.Read<T>(path(progress.Generation, block))
                ?? throw new JobException(JobErrorKind.Resource, $"{path(progress.Generation, block)} is missing or damaged; submit the job again.");
            for (int image = 0; image < count; image++)
            {
                stored.AsSpan(image * length, length).CopyTo(all.AsSpan(images.Rows[first + image] * length));
            }
        }

        return all;
    }
}
