using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Engine.Plan;
using MuSc.Features.Backbones;
using MuSc.Scoring;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Results;

/// <summary>
/// A scored set, from which results are written. Anomaly maps are made one at a time when they are asked for: all of them
/// never lie in memory.
/// </summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Facts">What the figures depend on besides it.</param>
/// <param name="Checked">Every image of the job that is scored or left out, in the order of the results.</param>
/// <param name="Scores">The scores of those that can be used, in the same order.</param>
/// <param name="Shape">What one image has.</param>
/// <param name="Size">Side of an anomaly map in pixels, S.</param>
/// <param name="References">References that scored and were not scored.</param>
/// <param name="PhaseTimes">Time of the phases so far.</param>
/// <param name="Plan">How one machine laid the work out; null for a job of a cluster.</param>
public sealed record ScoredImages(
    ScoringJobSpec Spec, RunFacts Facts, IReadOnlyList<CheckedImage> Checked, SetScores Scores, FeatureShape Shape, int Size, int References,
    Func<IReadOnlyDictionary<JobPhase, TimeSpan>> PhaseTimes, JobPlan? Plan = null)
{
    /// <summary>What the job did with its gallery; null where it has none.</summary>
    public GalleryChange? Gallery { get; init; }

    /// <summary>What is decided of the set, and of each image.</summary>
    public DecisionRule Decision { get; } = DecisionRule.Of(Scores.Before, Scores.After, Spec.Decision);

    /// <summary>The scored images in the order of the rows of the patch scores.</summary>
    public IReadOnlyList<ScoredImage> Images => field ??= Scored(Spec, [.. Checked.Where(image => image.Problem is null)], Scores, Decision);

    /// <summary>One line for each image of the job, those left out included.</summary>
    public IReadOnlyList<ImageResult> Lines
    {
        get
        {
            int next = 0;
            return [.. Checked.Select(image =>
                image.Problem is null ? Images[next++].Line : ImageResult.LeftOut(image.File.Name, image.Problem))];
        }
    }

    /// <summary>Patches along one side, G.</summary>
    public int Grid => Shape.Stages[0].Grid;

    /// <summary>Patches of an image, P = G².</summary>
    public int Patches => Shape.Stages[0].Patches;

    /// <summary>Makes one image's anomaly map.</summary>
    /// <param name="row">The image's row.</param>
    /// <param name="map">[S × S].</param>
    public void ReadMap(int row, Span<float> map)
        => AnomalyMap.Upsample(Scores.PatchScores.AsSpan(checked(row * Patches), Patches), Grid, Size, map);

    /// <summary>Makes one image's anomaly map by the later distances, where repeated defects are looked for.</summary>
    /// <param name="row">The image's row.</param>
    /// <param name="map">[S × S].</param>
    public void ReadLaterMap(int row, Span<float> map)
        => AnomalyMap.Upsample(Scores.Repeats!.PatchScores.AsSpan(checked(row * Patches), Patches), Grid, Size, map);

    private static ScoredImage[] Scored(ScoringJobSpec spec, CheckedImage[] usable, SetScores scores, DecisionRule decision)
    {
        IReadOnlyList<string> stems = ResultStems.Of([.. usable.Select(image => image.File.Name)]);
        int[] ranks = SetScores.Ranks(scores.After);
        return [.. usable.Select((image, row) => new ScoredImage(
            row, stems[row], spec.TokensFile is null && image.File.Path.Length > 0 ? image.File : null,
            decision.Apply(new(image.File.Name, scores.After[row], scores.Before[row], ranks[row], image.Width, image.Height, null)
            {
                Rises = scores.Repeats?.Rising.Contains(row),
            })))];
    }
}

/// <summary>One scored image.</summary>
/// <param name="Row">Its row in the patch scores.</param>
/// <param name="Stem">The name of its files in the results, without extension; no two images have the same.</param>
/// <param name="File">The image's file, or null where tokens were given, or a gallery's image is no longer there.</param>
/// <param name="Line">Its line in the results.</param>
public sealed record ScoredImage(int Row, string Stem, ImageFile? File, ImageResult Line);

/// <summary>What a run's figures depend on besides its specification.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Backbone">The network, or null where tokens were given.</param>
/// <param name="Profile">The numeric profile of the features, or null where tokens were given.</param>
/// <param name="ExtractionBlock">Images between the beginning of their extraction and the disk at the same time, 0 where tokens were given.</param>
/// <param name="Resumed">Work that was taken over from an earlier run.</param>
public sealed record RunFacts(DateTimeOffset Started, BackboneInfo? Backbone, string? Profile, int ExtractionBlock, ResumedWork Resumed);

/// <summary>
/// Names of an image's files in the results: its own name without extension, in the same tree. Where that would be the
/// same for two images (<c>a.png</c> and <c>a.jpg</c>, also where they differ in case only) both keep their extension:
/// <c>a.png.tiff</c> and <c>a.jpg.tiff</c>; what still collides gets a number.
/// </summary>
public static class ResultStems
{
    /// <summary>One stem for each name, all different, with forward slashes.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> names)
    {
        string[] plain = [.. names.Select(WithoutExtension)];
        ILookup<string, string> alike = plain.ToLookup(stem => stem, StringComparer.OrdinalIgnoreCase);
        HashSet<string> taken = new(plain.Where(stem => alike[stem].Count() == 1), StringComparer.OrdinalIgnoreCase);
        return [.. plain.Select((stem, at) => alike[stem].Count() == 1 ? stem : Free(names[at], taken))];
    }

    /// <summary>Where a file of an image lies, its folder made.</summary>
    public static string Place(string folder, string kind, string stem, string extension)
    {
        string path = PathBelow.Of(Path.Combine(folder, kind), stem + extension);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static string WithoutExtension(string name)
    {
        int dot = name.LastIndexOf('.');
        return dot > name.LastIndexOf('/') + 1 ? name[..dot] : name;
    }

    private static string Free(string name, HashSet<string> taken)
    {
        string free = name;
        for (int number = 2; !taken.Add(free); number++)
        {
            free = $"{name}~{number}";
        }

        return free;
    }
}
