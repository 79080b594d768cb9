using MuSc.Features.Backbones;

namespace MuSc.Cli.Tests;

/// <summary>LNAMD with stages of different shapes and mutual scoring, in plain loops of float64 (docs/method.md).</summary>
internal static class PlainScores
{
    /// <summary>[N × P], the mean over all maps of the mean of the lowest share of distances.</summary>
    public static double[] Of(FeatureBlock tokens, int[] degrees, double share)
    {
        StageShape map = tokens.Shape.Stages[0];
        double[] sums = new double[tokens.Images * map.Patches];
        int maps = 0;
        for (int stage = 0; stage < tokens.Shape.Stages.Count; stage++)
        {
            foreach (int degree in degrees)
            {
                double[][] features = [.. Enumerable.Range(0, tokens.Images).Select(image => Aggregate(tokens.Stage(stage, image).ToArray(), tokens.Shape.Stages[stage], degree, map))];
                AddScores(features, map, share, sums);
                maps++;
            }
        }

        return [.. sums.Select(sum => sum / maps)];
    }

    private static void AddScores(double[][] features, StageShape map, double share, double[] sums)
    {
        int lowest = Math.Max(1, (int)(share * (features.Length - 1)));
        for (int image = 0; image < features.Length; image++)
        {
            for (int patch = 0; patch < map.Patches; patch++)
            {
                List<double> distances = [];
                for (int other = 0; other < features.Length; other++)
                {
                    if (other != image)
                    {
                        distances.Add(Nearest(features[image], patch, features[other], map));
                    }
                }

                sums[(image * map.Patches) + patch] += distances.Order().Take(lowest).Average();
            }
        }
    }

    private static double Nearest(double[] image, int patch, double[] other, StageShape map)
    {
        double nearest = double.MaxValue;
        for (int candidate = 0; candidate < map.Patches; candidate++)
        {
            double sum = 0;
            for (int channel = 0; channel < map.Channels; channel++)
            {
                double difference = image[(patch * map.Channels) + channel] - other[(candidate * map.Channels) + channel];
                sum += difference * difference;
            }

            nearest = Math.Min(nearest, sum);
        }

        return Math.Sqrt(nearest);
    }

    private static double[] Aggregate(float[] tokens, StageShape stage, int degree, StageShape map)
    {
        double mean = tokens.Average(value => (double)value);
        double deviation = Math.Sqrt(tokens.Average(value => (value - mean) * (value - mean)) + 1e-5);
        double[] result = new double[map.Length];
        for (int patch = 0; patch < map.Patches; patch++)
        {
            double[] token = Reduced(At(patch / map.Grid, patch % map.Grid), map.Channels);
            double length = Math.Sqrt(token.Sum(value => value * value));
            for (int channel = 0; channel < map.Channels; channel++)
            {
                result[(patch * map.Channels) + channel] = token[channel] / length;
            }
        }

        return result;

        // Bilinear, align_corners = false.
        double[] At(int row, int column)
        {
            double down = Math.Max(0, ((row + 0.5) * stage.Grid / map.Grid) - 0.5);
            double right = Math.Max(0, ((column + 0.5) * stage.Grid / map.Grid) - 0.5);
            (int top, int left) = ((int)down, (int)right);
            (int bottom, int far) = (Math.Min(top + 1, stage.Grid - 1), Math.Min(left + 1, stage.Grid - 1));
            (double y, double x) = (down - top, right - left);
            return [.. Enumerable.Range(0, stage.Channels).Select(channel =>
                ((1 - y) * (((1 - x) * Window(top, left, channel)) + (x * Window(top, far, channel))))
                + (y * (((1 - x) * Window(bottom, left, channel)) + (x * Window(bottom, far, channel)))))];
        }

        double Window(int row, int column, int channel)
        {
            double sum = 0;
            for (int i = Math.Max(0, row - (degree / 2)); i <= Math.Min(stage.Grid - 1, row + (degree / 2)); i++)
            {
                for (int j = Math.Max(0, column - (degree / 2)); j <= Math.Min(stage.Grid - 1, column + (degree / 2)); j++)
                {
                    sum += (tokens[(((i * stage.Grid) + j) * stage.Channels) + channel] - mean) / deviation;
                }
            }

            return sum / (degree * degree);
        }
    }

    // The adaptive mean to a divisor of the channels: neighbours in groups of one size.
    private static double[] Reduced(double[] token, int channels)
    {
        int group = token.Length / channels;
        return [.. Enumerable.Range(0, channels).Select(channel => token.Skip(channel * group).Take(group).Average())];
    }
}
