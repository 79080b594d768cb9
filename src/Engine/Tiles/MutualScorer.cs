using MuSc.Engine.Tokens;

namespace MuSc.Engine.Tiles;

/// <summary>
/// Mutual scoring on one machine (docs/method.md, Mutual scoring and Variants): every patch of every image by its interval average over the other images, map by map, summed over
/// the maps in float64. The same tokens give the same bits whatever the threads and the layout.
/// </summary>
public static class MutualScorer
{
    /// <summary>Scores all images of a source but its references.</summary>
    /// <param name="tokens">The features; references are its last images.</param>
    /// <param name="options">How.</param>
    /// <param name="pairs">Receives how many image pairs are done, of <see cref="CountPairs"/>; from any thread.</param>
    /// <param name="cancellationToken">Stops within the time of one pair.</param>
    /// <returns>[N × P] patch scores, references left out.</returns>
    /// <exception cref="JobException">An image has no scorer, a token is not finite, or a snapshot cannot be written.</exception>
    public static double[] Score(ITokenSource tokens, MutualScoringOptions options, IProgress<long>? pairs, CancellationToken cancellationToken)
        => new ScoringRun(tokens, options, pairs, cancellationToken).Score();

    /// <summary>Image pairs that a job works out, over all maps.</summary>
    /// <param name="images">Images, references included.</param>
    /// <param name="stages">Stages.</param>
    /// <param name="options">How it is scored.</param>
    public static long CountPairs(int images, int stages, MutualScoringOptions options) => options.Lay(images, stages).Plan.ImagePairs;
}
