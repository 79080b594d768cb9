namespace MuSc.Scoring;

/// <summary>The patch by which an image is compared with others in MuSc-V2's rescoring (docs/method.md).</summary>
public static class SalientPatch
{
    /// <summary>Where an image's patch score is highest; the lowest index among equals.</summary>
    /// <param name="patchScores">[P] before upsampling.</param>
    public static int Of(ReadOnlySpan<double> patchScores)
    {
        int best = 0;
        for (int patch = 1; patch < patchScores.Length; patch++)
        {
            best = patchScores[patch] > patchScores[best] ? patch : best;
        }

        return best;
    }

    /// <summary>Which of L stages salient features are of: the last but one, or the only one.</summary>
    public static int Stage(int stages) => Math.Max(stages - 2, 0);
}
