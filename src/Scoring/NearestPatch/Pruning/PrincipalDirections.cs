namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// The leading eigenvectors of the second moment of sample tokens, by subspace iteration. How well they are found decides
/// only how much is pruned; that they are orthonormal is measured by <see cref="TokenBasis.Defect"/>.
/// </summary>
internal static class PrincipalDirections
{
    private const int Rounds = 8;
    private const int Seed = 20240101;

    /// <param name="sample">[S × C].</param>
    /// <param name="channels">C.</param>
    /// <param name="count">Directions wanted, at most C.</param>
    /// <returns>[count × C] row-major, the strongest first.</returns>
    public static double[] Find(ReadOnlySpan<float> sample, int channels, int count)
    {
        float[] moment = SecondMoment(sample, channels);
        PanelProduct product = PanelProduct.Create(channels);
        float[] packedMoment = new float[product.PackedLength(channels)];
        product.Pack(moment, channels, packedMoment);

        double[] directions = Start(sample, channels, count);
        float[] single = new float[directions.Length];
        float[] packed = new float[product.PackedLength(count)];
        for (int round = 0; round < Rounds; round++)
        {
            Orthonormalize(directions, channels);
            for (int at = 0; at < single.Length; at++)
            {
                single[at] = (float)directions[at];
            }

            product.Pack(single, count, packed);
            product.All(packed, count, packedMoment, channels, single);
            for (int at = 0; at < single.Length; at++)
            {
                directions[at] = single[at];
            }
        }

        Orthonormalize(directions, channels);
        return directions;
    }

    /// <summary>Σ x·xᵀ over the sample, [C × C].</summary>
    private static float[] SecondMoment(ReadOnlySpan<float> sample, int channels)
    {
        int tokens = sample.Length / channels;
        float[] byChannel = new float[sample.Length];
        for (int token = 0; token < tokens; token++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                byChannel[(channel * tokens) + token] = sample[(token * channels) + channel];
            }
        }

        PanelProduct product = PanelProduct.Create(tokens);
        float[] packed = new float[product.PackedLength(channels)];
        product.Pack(byChannel, channels, packed);
        float[] moment = new float[channels * channels];
        product.All(packed, channels, packed, channels, moment);
        return moment;
    }

    /// <summary>Tokens spread over the sample, with a little seeded noise so that none depend on each other.</summary>
    private static double[] Start(ReadOnlySpan<float> sample, int channels, int count)
    {
        Random random = new(Seed);
        int tokens = sample.Length / channels;
        double[] directions = new double[count * channels];
        for (int direction = 0; direction < count; direction++)
        {
            int token = (int)((long)direction * tokens / count);
            for (int channel = 0; channel < channels; channel++)
            {
                directions[(direction * channels) + channel] =
                    sample[(token * channels) + channel] + (0.01 * (random.NextDouble() - 0.5));
            }
        }

        return directions;
    }

    /// <summary>Gram and Schmidt's way, each direction twice.</summary>
    private static void Orthonormalize(double[] directions, int channels)
    {
        for (int start = 0; start < directions.Length; start += channels)
        {
            Span<double> direction = directions.AsSpan(start, channels);
            Scale(direction);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int earlier = 0; earlier < start; earlier += channels)
                {
                    ReadOnlySpan<double> other = directions.AsSpan(earlier, channels);
                    DoubleVectors.Add(direction, other, -DoubleVectors.Dot(direction, other));
                }

                Scale(direction);
            }
        }
    }

    private static void Scale(Span<double> direction)
    {
        double norm = Math.Sqrt(DoubleVectors.Dot(direction, direction));
        if (norm > 0)
        {
            foreach (ref double value in direction)
            {
                value /= norm;
            }
        }
    }
}
