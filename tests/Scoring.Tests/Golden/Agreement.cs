namespace MuSc.Scoring.Tests.Golden;

/// <summary>How far two arrays lie apart.</summary>
internal static class Agreement
{
    /// <summary>docs/method.md and the golden values' README: features, scores and RsCIN agree this well.</summary>
    public const double Tolerance = 1e-5;

    public static double LargestDifference(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int at = 0; at < expected.Length; at++)
        {
            double difference = Math.Abs(expected[at] - actual[at]);
            Assert.False(double.IsNaN(difference), $"NaN at {at}: {expected[at]} against {actual[at]}");
            largest = Math.Max(largest, difference);
        }

        return largest;
    }

    public static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int at = 0; at < wide.Length; at++)
        {
            wide[at] = values[at];
        }

        return wide;
    }
}
