namespace MuSc.Contracts;

/// <summary>What a finished job gives.</summary>
/// <param name="Images">One line for each image of the specification, in its order.</param>
/// <param name="Folder">Where maps, overlays and report lie.</param>
/// <param name="PhaseTimes">Time of each phase.</param>
public sealed record JobResults(IReadOnlyList<ImageResult> Images, string Folder, IReadOnlyDictionary<JobPhase, TimeSpan> PhaseTimes)
{
    /// <summary>What was taken over from an earlier run. The default is nothing.</summary>
    public ResumedWork Resumed { get; init; } = ResumedWork.None;

    /// <summary>What the scores say of the set as a whole; null where a server of an earlier version does not say.</summary>
    public SetDecision? Decision { get; init; }

    /// <summary>What the job did with its gallery; null where it has none.</summary>
    public GalleryChange? Gallery { get; init; }
}

/// <summary>One image's line in the results.</summary>
/// <param name="Name">The image's name, or its row number where tokens had no names.</param>
/// <param name="Score">Image score after RsCIN; not available for a skipped image.</param>
/// <param name="ScoreBefore">Image score before RsCIN.</param>
/// <param name="Rank">1 for the most anomalous; equal scores in the order of the images.</param>
/// <param name="Width">Columns of the original image, 0 where there is none.</param>
/// <param name="Height">Rows of the original image.</param>
/// <param name="Skipped">Why the image was left out, or null.</param>
public sealed record ImageResult(string Name, double? Score, double? ScoreBefore, int? Rank, int Width, int Height, string? Skipped)
{
    /// <summary>Whether it is anomalous; null where nothing was decided.</summary>
    public bool? Anomalous { get; init; }

    /// <summary>How far its deciding score lies above the set's threshold, as a share of it; null where there is no threshold.</summary>
    public double? Margin { get; init; }

    /// <summary>Whether it may show a defect that many images show; null where that was not asked.</summary>
    public bool? Rises { get; init; }

    /// <summary>The line of an image that was left out.</summary>
    public static ImageResult LeftOut(string name, string reason) => new(name, null, null, null, 0, 0, reason);
}

/// <summary>What a run took over from an earlier one that was cut off, and what of it had to be done again.</summary>
/// <param name="Features">Images whose features were there.</param>
/// <param name="FeaturesAgain">Images that the earlier run had begun to extract, whose features were not there.</param>
/// <param name="Pairs">Image pairs.</param>
public sealed record ResumedWork(int Features, int FeaturesAgain, ResumedPairs Pairs)
{
    /// <summary>Nothing: there was no earlier run.</summary>
    public static ResumedWork None { get; } = new(0, 0, new(0, 0, 0, 0));
}

/// <summary>Image pairs of an earlier run that was cut off, and what becomes of them; all zero where there was none.</summary>
/// <param name="TakenOver">In the snapshot that this run goes on from.</param>
/// <param name="Snapshot">In the last snapshot that the earlier run took.</param>
/// <param name="Merged">Of tiles that it had finished.</param>
/// <param name="Begun">Of these and of the tiles that it had in hand.</param>
public sealed record ResumedPairs(long TakenOver, long Snapshot, long Merged, long Begun)
{
    /// <summary>Work that is done again: at most what came after the last snapshot, and the tiles in hand.</summary>
    public long Again => Math.Max(Begun - TakenOver, 0);
}
