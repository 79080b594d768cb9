namespace MuSc.Scoring.Tests;

public sealed class RsCinTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(120)]
    public void Rescore_equals_the_definition(int images)
    {
        const int Channels = 19;
        Random random = new(images);
        double[] scores = [.. Enumerable.Range(0, images).Select(_ => random.NextDouble())];
        float[] tokens = [.. Enumerable.Range(0, images * Channels).Select(_ => random.NextSingle() - 0.3f)];
        int[] windows = [1, 3, 500];
        double[] rescored = new double[images];
        RsCin.Rescore(scores, tokens, Channels, windows, rescored);
        double[] expected = Define(scores, tokens, Channels, windows);
        Assert.All(rescored.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
    }

    [Fact]
    public void Ties_go_to_the_lower_index()
    {
        double[] rescored = new double[3];
        RsCin.Rescore([0, 0.5, 1], [1, 1, 1], 1, [1], rescored);
        Assert.Equal([0, 0, 0], rescored);
    }

    [Fact]
    public void Weights_that_sum_to_nothing_keep_the_score()
    {
        double[] rescored = new double[2];
        RsCin.Rescore([1, 3], [0, 0], 1, [2], rescored);
        Assert.Equal([0, 1], rescored);
    }

    [Fact]
    public void Equal_scores_give_zeros()
    {
        double[] rescored = new double[2];
        RsCin.Rescore([7, 7], [1, 2], 1, [1, 2], rescored);
        Assert.Equal([0, 0], rescored);
    }

    [Fact]
    public void A_window_of_nothing_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(
        () => RsCin.Rescore([1], [1], 1, [0], new double[1]));

    private static double[] Define(double[] scores, float[] tokens, int channels, int[] windows)
    {
        int images = scores.Length;
        (double low, double high) = (scores.Min(), scores.Max());
        double[] c = [.. scores.Select(score => high > low ? (score - low) / (high - low) : 0)];
        return [.. Enumerable.Range(0, images).Select(image => windows.Average(window =>
        {
            (float Weight, int Image)[] kept = [.. Enumerable.Range(0, images)
                .Select(other => (Weight: Dot(image, other), Image: other))
                .OrderByDescending(entry => entry.Weight).ThenBy(entry => entry.Image).Take(window)];
            double sum = kept.Sum(entry => (double)entry.Weight);
            return sum > 0 ? kept.Sum(entry => entry.Weight * c[entry.Image]) / sum : c[image];
        }))];

        float Dot(int one, int other)
        {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                sum = MathF.FusedMultiplyAdd(tokens[(one * channels) + channel], tokens[(other * channels) + channel], sum);
            }

            return sum;
        }
    }
}
