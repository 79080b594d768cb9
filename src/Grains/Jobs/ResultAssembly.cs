using MuSc.Engine.Files;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Engine.Results;
using MuSc.Features.Backbones;
using MuSc.Grains.Storage;
using MuSc.Scoring;

namespace MuSc.Grains.Jobs;

/// <summary>
/// Puts the blocks' stored patch scores and what images are compared by together and writes the job's results, by the same writers as a
/// job on one machine.
/// </summary>
internal sealed class ResultAssembly(
    ScoringJobSpec spec, IReadOnlyList<CheckedImage> listed, JobImages images, ProgressRecord progress, JobSource source, DateTimeOffset started,
    JobFolder folder, JobGallery? gallery, GalleryPlan? together, long pairs)
{
    private readonly FeatureShape _shape = progress.Shape!.ToShape();
    private long _total = 1;
    private long _written;

    /// <summary>Files, or parts of them, to be written; from any thread.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>How many of them are.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <exception cref="JobException">Something is missing or cannot be written.</exception>
    public bool Write(CancellationToken cancellationToken)
    {
        using OutputFolder output = OutputFolder.Begin(folder.Results, force: true);
        ScoredImages scored = Gather(cancellationToken);
        ResultWriters.Write([.. ResultWriters.All, new DigestsWriter()], scored, output.Aside, units => Volatile.Write(ref _total, units), units => Interlocked.Add(ref _written, units), cancellationToken);
        if (together is not null)
        {
            gallery!.Complete(together, scored, source.Stages * spec.MapsPerStage);
            new GallerySources(scored.Spec.Decision, together.Rows.ToDictionary(row => row.Image.Name, row => row.Image.Path)).Write(folder);
        }

        output.Complete();
        DiskError.Name(folder.Results, () => StoredResults.Write(folder, scored.Lines));
        return true;
    }

    private ScoredImages Gather(CancellationToken cancellationToken)
    {
        int grid = _shape.Stages[0].Grid;
        float[] compared = spec.Rescoring switch
        {
            Rescoring.Class when _shape.ClassChannels > 0 => Read<float>(_shape.ClassChannels, folder.ClassTokens),
            Rescoring.Salient => Read<float>(_shape.Stages[0].Channels, folder.Salient),
            _ => [],
        };
        RunFacts facts = source.Backbone is null
            ? new(started, null, null, 0, ResumedWork.None)
            : new(started, source.Backbone, progress.Profile, images.Blocks.Max(block => block.Count), ResumedWork.None);
        int references = images.Blocks.Where(block => block.Reference).Sum(block => block.Count);
        double[] averages = Read<double>((spec.CheckRepeats ? 2 : 1) * grid * grid, folder.Scores);
        SetScores scores = SetScores.Of(averages, spec, grid, source.Size, (_, before) => Rescored(before, compared, cancellationToken), cancellationToken);
        ScoringJobSpec decided = together is { References.Count: > 0 } ? spec with { Decision = GalleryScores.Decision(spec.Decision, together.References) } : spec;
        return new(decided, facts, listed, scores, _shape, source.Size, references, () => progress.PhaseTimes)
        {
            Gallery = together?.Change(spec.Gallery!.Place, source.Stages * spec.MapsPerStage, pairs),
        };
    }

    private double[] Rescored(double[] before, float[] compared, CancellationToken cancellationToken) => together is { References: { Count: > 0 } others }
        ? GalleryScores.Rescored(before, compared, others, gallery!.Compared(together, _shape, cancellationToken), spec.SmoothingWindows)
        : SetScores.Rescored(before, compared, spec.SmoothingWindows);

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
