using MuSc.Engine.Tokens;

namespace MuSc.Engine.Results;

/// <summary>Writes <c>patch_scores.npy</c>: [N × P] float64, the rows in the order of <c>scores.csv</c> without the images left out.</summary>
public sealed class PatchScoresWriter : IResultWriter
{
    /// <inheritdoc/>
    public int Units(ScoredImages scored) => scored.Spec.Output.PatchScores || scored.Spec.TokensFile is not null ? 1 : 0;

    /// <inheritdoc/>
    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        NpyWriter.WriteAll(Path.Combine(folder, "patch_scores.npy"), scored.PatchScores, scored.Images.Count, scored.Patches);
        written(1);
    }
}
