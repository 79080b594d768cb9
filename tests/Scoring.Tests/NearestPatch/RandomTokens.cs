namespace MuSc.Scoring.Tests.NearestPatch;

/// <summary>Seeded token sets for kernel tests.</summary>
internal static class RandomTokens
{
    /// <summary>[P × C] unit rows without structure.</summary>
    public static float[] Unit(int patches, int channels, int seed)
    {
        Random random = new(seed);
        float[] tokens = new float[patches * channels];
        for (int at = 0; at < tokens.Length; at++)
        {
            tokens[at] = (float)Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * (float)Math.Cos(2 * Math.PI * random.NextDouble());
        }

        UnitNorm.Rows(tokens, channels);
        return tokens;
    }
}
