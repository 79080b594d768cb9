using MuSc.Engine.Jobs;
using MuSc.Engine.Tokens;

namespace MuSc.Engine.Mutual;

/// <summary>
/// Mutual scoring (SPEC 4 and 8): every patch of every image by its interval average over the other images, map by map,
/// summed over the maps in float64. The same tokens give the same bits whatever the threads and the layout.
/// </summary>
public static class MutualScorer
{
    /// <summary>Scores all images of a source but its references.</summary>
    /// <param name="tokens">The features; references are its last images.</param>
    /// <param name="options">How.</param>
    /// <param name="pairs">Told how many image pairs are done, of <see cref="CountPairs"/>; from any thread.</param>
    /// <param name="cancellationToken">Stops within the time of one pair.</param>
    /// <returns>[N × P] patch scores, references left out.</returns>
    /// <exception cref="JobException">An image has no scorer, or a token is not finite.</exception>
    public static double[] Score(ITokenSource tokens, MutualScoringOptions options, IProgress<long>? pairs, CancellationToken cancellationToken)
    {
        IReadOnlyList<ScoringGroup> groups = ScoringGroup.Of(tokens.Images, options);
        IReadOnlyList<MapId> maps = MapId.All(tokens.Shape.Stages.Count, options.Degrees);
        double[] sums = new double[(long)(tokens.Images - options.References) * tokens.Shape.Stages[0].Patches];
        long done = 0;
        using WorkerThreads workers = new(options.Threads);
        foreach (ScoringGroup group in groups)
        {
            using GroupScorer scorer = new(tokens, group, options, workers);
            foreach (MapId map in maps)
            {
                scorer.AddMap(map, sums, count => pairs?.Report(Interlocked.Add(ref done, count)), cancellationToken);
            }
        }

        for (int at = 0; at < sums.Length; at++)
        {
            sums[at] /= maps.Count;
        }

        return sums;
    }

    /// <summary>Image pairs that a job works out, over all maps.</summary>
    /// <param name="images">Images, references included.</param>
    /// <param name="stages">Stages.</param>
    /// <param name="options">How it is scored.</param>
    public static long CountPairs(int images, int stages, MutualScoringOptions options)
        => stages * options.Degrees.Count * ScoringGroup.Of(images, options).Sum(
            group => TileSchedule.Pairs(TileSchedule.Of(group.Scored, group.References, options.Mode, options.Layout)));
}
