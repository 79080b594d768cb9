namespace MuSc.Engine.Results;

/// <summary>Writes <c>scores.json</c>: the lines of <c>scores.csv</c> as objects, with nulls where a skipped image has no value.</summary>
public sealed class ScoresJsonWriter : IResultWriter
{
    /// <inheritdoc/>
    public int Units(ScoredImages scored) => 1;

    /// <inheritdoc/>
    public void Write(ScoredImages scored, string folder, Action<int> written, CancellationToken cancellationToken)
    {
        ResultJson.Save(Path.Combine(folder, "scores.json"), new
        {
            images = scored.Lines.Select(line => new
            {
                image = line.Name,
                score = line.Score,
                score_before_rscin = line.ScoreBefore,
                rank = line.Rank,
                width = line.Width > 0 ? line.Width : (int?)null,
                height = line.Height > 0 ? line.Height : (int?)null,
                status = line.Skipped is null ? "scored" : "skipped",
                reason = line.Skipped,
            }),
        });
        written(1);
    }
}
