using MuSc.Scoring;

namespace MuSc.Bench;

/// <summary>Seeded unit tokens without structure.</summary>
internal static class SyntheticTokens
{
    public static float[] Random(int patches, int channels, int seed)
    {
        Random random = new(seed);
        float[] tokens = new float[patches * channels];
        foreach (ref float value in tokens.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        UnitNorm.Rows(tokens, channels);
        return tokens;
    }
}
