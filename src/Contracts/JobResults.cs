namespace MuSc.Contracts;

/// <summary>What a finished job gives.</summary>
/// <param name="Images">One line for each image of the specification, in its order.</param>
/// <param name="Folder">Where maps, overlays and report lie.</param>
/// <param name="PhaseTimes">Time of each phase.</param>
public sealed record JobResults(IReadOnlyList<ImageResult> Images, string Folder, IReadOnlyDictionary<JobPhase, TimeSpan> PhaseTimes)
{
    /// <summary>What was taken over from an earlier run. The default is nothing.</summary>
    public ResumedWork Resumed { get; init; } = ResumedWork.None;
}
