using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;
using MuSc.Features.Images;
using MuSc.Scoring;

namespace MuSc.Engine.Tiles;

/// <summary>What images are compared by when their scores are smoothed: class tokens, or the features of their most anomalous patches.</summary>
public static class ComparedFeatures
{
    /// <summary>Of the first images of a source.</summary>
    /// <param name="tokens">The source.</param>
    /// <param name="spec">How they are rescored.</param>
    /// <param name="patchScores">[N × P].</param>
    /// <param name="cancellationToken">Stops between images.</param>
    /// <returns>[N × D]; empty where there is nothing to compare by.</returns>
    public static float[] Of(ITokenSource tokens, ScoringJobSpec spec, double[] patchScores, CancellationToken cancellationToken)
    {
        int patches = tokens.Shape.Stages[0].Patches;
        return Of(tokens, spec, ..(patchScores.Length / patches), image => SalientPatch.Of(patchScores.AsSpan(image * patches, patches)), cancellationToken);
    }

    /// <summary>Of some images of a source whose most anomalous patches are known.</summary>
    /// <param name="tokens">The source.</param>
    /// <param name="spec">How they are rescored.</param>
    /// <param name="images">The images: indices into the source.</param>
    /// <param name="salientPatch">An image's most anomalous patch.</param>
    /// <param name="cancellationToken">Stops between images.</param>
    public static float[] Of(ITokenSource tokens, ScoringJobSpec spec, Range images, Func<int, int> salientPatch, CancellationToken cancellationToken)
    {
        (int first, int count) = images.GetOffsetAndLength(tokens.Images);
        StageShape map = tokens.Shape.Stages[0];
        int channels = spec.Rescoring switch { Rescoring.Class => tokens.Shape.ClassChannels, Rescoring.Salient => map.Channels, _ => 0 };
        float[] compared = new float[checked(count * channels)];
        Neighbourhood neighbourhood = Neighbourhood.OfSalient(spec.Aggregation, spec.Degrees);
        EachImage.Do(
            channels == 0 ? 0 : count, spec.Threads,
            () => (Stage: new float[tokens.Shape.Stages.Max(stage => stage.Length)], Map: new float[map.Length]),
            (image, room) =>
            {
                Span<float> feature = compared.AsSpan(image * channels, channels);
                if (spec.Rescoring == Rescoring.Class)
                {
                    tokens.ReadClassToken(first + image, feature);
                    return;
                }

                int stage = SalientPatch.Stage(tokens.Shape.Stages.Count);
                Span<float> read = room.Stage.AsSpan(0, tokens.Shape.Stages[stage].Length);
                tokens.ReadStage(stage, first + image, read);
                SalientFeatures.Of(read, tokens.Shape, neighbourhood, salientPatch(image), room.Map, feature);
            },
            cancellationToken);
        return compared;
    }
}
