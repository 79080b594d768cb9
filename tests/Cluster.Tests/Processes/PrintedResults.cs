using System.Globalization;
using MuSc.Contracts;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>What <c>musc results</c> prints.</summary>
internal static class PrintedResults
{
    /// <param name="images">Results without skipped images.</param>
    /// <returns>Its lines: a head, then the images, most anomalous first; scores with all their digits, so that equal text is equal bits.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<ImageResult> images) =>
    [
        "image,score,score_before_rscin,rank,skipped",
        .. images.OrderBy(image => image.Rank).Select(image => string.Create(
            CultureInfo.InvariantCulture, $"{image.Name},{image.Score:R},{image.ScoreBefore:R},{image.Rank},")),
    ];
}
