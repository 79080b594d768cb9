namespace MuSc.Scoring.Tests;

public sealed class LnamdTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    [InlineData(7, 5)]
    [InlineData(5, 9)]
    public void Aggregate_equals_the_definition(int grid, int degree)
    {
        const int Channels = 70;
        float[] stage = Stage(grid, Channels);
        float[] map = new float[stage.Length];
        Lnamd.Aggregate(stage, grid, Channels, degree, grid, Channels, map);
        double[] expected = Define(stage, grid, Channels, degree);
        Assert.All(map.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-6));
    }

    [Fact]
    public void A_constant_image_gives_zeros()
    {
        float[] stage = new float[9 * 8];
        Array.Fill(stage, 3f);
        float[] map = new float[stage.Length];
        Lnamd.Aggregate(stage, 3, 8, 3, 3, 8, map);
        Assert.All(map, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Another_stage_is_brought_to_the_shape_of_the_map()
    {
        float[] stage = Stage(4, 24);
        float[] map = new float[8 * 8 * 12];
        Lnamd.Aggregate(stage, 4, 24, 1, 8, 12, map);
        for (int patch = 0; patch < 64; patch++)
        {
            Assert.Equal(1, map.Skip(patch * 12).Take(12).Sum(value => (double)value * value), 1e-6);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void An_even_degree_is_an_error(int degree) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Lnamd.Aggregate(new float[8], 2, 2, degree, 2, 2, new float[8]));

    private static double[] Define(float[] stage, int grid, int channels, int degree)
    {
        double mean = stage.Average(value => (double)value);
        double scale = 1 / Math.Sqrt(stage.Average(value => (value - mean) * (value - mean)) + 1e-5);
        double[] result = new double[stage.Length];
        for (int patch = 0; patch < grid * grid; patch++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int down = -(degree / 2); down <= degree / 2; down++)
                {
                    for (int across = -(degree / 2); across <= degree / 2; across++)
                    {
                        (int row, int column) = ((patch / grid) + down, (patch % grid) + across);
                        if (row >= 0 && row < grid && column >= 0 && column < grid)
                        {
                            result[(patch * channels) + channel] +=
                                (stage[(((row * grid) + column) * channels) + channel] - mean) * scale / (degree * degree);
                        }
                    }
                }
            }

            double norm = Math.Sqrt(result.Skip(patch * channels).Take(channels).Sum(value => value * value));
            for (int channel = 0; channel < channels; channel++)
            {
                result[(patch * channels) + channel] /= norm;
            }
        }

        return result;
    }

    private static float[] Stage(int grid, int channels)
    {
        Random random = new(grid);
        return [.. Enumerable.Range(0, grid * grid * channels).Select(at => random.NextSingle() + (at % channels / 50f))];
    }
}
