using MuSc.Scoring;
using MuSc.Scoring.Decisions;

namespace MuSc.Engine.Galleries;

/// <summary>What images get that are scored against a gallery without joining it: each as if it alone had been added.</summary>
public static class GalleryScores
{
    /// <summary>Scores after rescoring, each image among those of the gallery.</summary>
    /// <param name="before">[N] scores before.</param>
    /// <param name="compared">[N × D] what the images are compared by; empty where there is nothing.</param>
    /// <param name="gallery">The gallery's images.</param>
    /// <param name="galleryCompared">[K × D] the same of those.</param>
    /// <param name="windows">Windows.</param>
    public static double[] Rescored(double[] before, float[] compared, IReadOnlyList<GalleryImage> gallery, float[] galleryCompared, IReadOnlyList<int> windows)
    {
        double[] after = [.. before];
        if (compared.Length == 0 || windows.Count == 0)
        {
            return after;
        }

        int channels = compared.Length / before.Length;
        double[] scores = [.. gallery.Select(image => image.Score), 0];
        float[] features = [.. galleryCompared, .. new float[channels]];
        double[] rescored = new double[scores.Length];
        for (int image = 0; image < before.Length; image++)
        {
            scores[^1] = before[image];
            compared.AsSpan(image * channels, channels).CopyTo(features.AsSpan(features.Length - channels));
            RsCin.Rescore(scores, features, channels, windows, rescored, first: scores.Length - 1);
            after[image] = rescored[^1];
        }

        return after;
    }

    /// <summary>How images are decided that are scored against a gallery: by its threshold, where it has one and none was given.</summary>
    public static DecisionOptions Decision(DecisionOptions options, IReadOnlyList<GalleryImage> gallery)
    {
        if (options.Threshold is not null || options.Flag is not null)
        {
            return options;
        }

        SetDecision set = DecisionRule.Of([.. gallery.Select(image => image.Score)], [.. gallery.Select(image => image.FinalScore)], options).Set;
        return set.Threshold is { } threshold ? options with { Threshold = threshold } : options;
    }
}
