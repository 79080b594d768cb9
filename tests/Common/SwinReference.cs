namespace MuSc.Tests;

/// <summary>A small Swin with random weights and its forward pass in plain loops, in float64, straight from the paper and timm's conventions.</summary>
public sealed class SwinReference
{
    public const int Patch = 2;
    public const int Window = 4;
    private const int Width = 8;
    private static readonly int[] s_depths = [2, 3, 2];
    private static readonly int[] s_heads = [2, 4, 4];
    private readonly Dictionary<string, (float[] Values, long[] Shape)> _tensors = [];

    public SwinReference()
    {
        Random random = new(5);
        int width = Width;
        Linear("patch_embed.proj", width, 3, Patch, Patch);
        Norm("patch_embed.norm", width);
        for (int stage = 0; stage < s_depths.Length; stage++)
        {
            if (stage > 0)
            {
                Norm($"layers.{stage}.downsample.norm", 4 * width);
                Add($"layers.{stage}.downsample.reduction.weight", 2 * width, 4 * width);
                width *= 2;
            }

            for (int block = 0; block < s_depths[stage]; block++)
            {
                string name = $"layers.{stage}.blocks.{block}";
                Norm($"{name}.norm1", width);
                Linear($"{name}.attn.qkv", 3 * width, width);
                Linear($"{name}.attn.proj", width, width);
                Add($"{name}.attn.relative_position_bias_table", ((2 * Window) - 1) * ((2 * Window) - 1), s_heads[stage]);
                Norm($"{name}.norm2", width);
                Linear($"{name}.mlp.fc1", 3 * width, width);
                Linear($"{name}.mlp.fc2", width, 3 * width);
            }
        }

        Norm("norm", width);

        void Add(string name, params long[] shape) =>
            _tensors.Add(name, ([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5))], shape));

        void Linear(string name, params long[] shape)
        {
            Add($"{name}.weight", shape);
            Add($"{name}.bias", shape[0]);
        }

        void Norm(string name, long size)
        {
            Add($"{name}.weight", size);
            Add($"{name}.bias", size);
        }
    }

    /// <summary>The checkpoint.</summary>
    /// <param name="early">In the naming of timm before 0.9: merging is named with the earlier stage, and there are index buffers.</param>
    public SafetensorsBuilder Checkpoint(bool early)
    {
        SafetensorsBuilder file = new();
        foreach ((string name, (float[] values, long[] shape)) in _tensors)
        {
            file.Add(early && name.Contains("downsample") ? $"layers.{name[7] - '1'}{name[8..]}" : name, values, shape);
        }

        return early ? file.AddRaw("layers.0.blocks.1.attn.relative_position_index", "I64", new byte[8 * 256], 16, 16).Add("layers.0.blocks.1.attn_mask", new float[4], 1, 2, 2) : file;
    }

    /// <summary>The stages, [G² × C] each, of one image.</summary>
    /// <param name="pixels">[3 × S × S].</param>
    /// <param name="size">S.</param>
    public List<double[][]> Forward(float[] pixels, int size)
    {
        int grid = size / Patch;
        double[][] tokens = new double[grid * grid][];
        for (int patch = 0; patch < tokens.Length; patch++)
        {
            double[] input = new double[3 * Patch * Patch];
            for (int i = 0; i < input.Length; i++)
            {
                (int channel, int row, int column) = (i / (Patch * Patch), i / Patch % Patch, i % Patch);
                input[i] = pixels[(channel * size * size) + (((patch / grid * Patch) + row) * size) + (patch % grid * Patch) + column];
            }

            tokens[patch] = Norm(Linear(input, "patch_embed.proj"), "patch_embed.norm");
        }

        List<double[][]> stages = [];
        for (int stage = 0; stage < s_depths.Length; stage++)
        {
            if (stage > 0)
            {
                tokens = Merge(tokens, grid, $"layers.{stage}.downsample");
                grid /= 2;
            }

            for (int block = 0; block < s_depths[stage]; block++)
            {
                tokens = Block(tokens, grid, block % 2 == 1 && grid > Window ? Window / 2 : 0, s_heads[stage], $"layers.{stage}.blocks.{block}");
            }

            stages.Add(tokens);
        }

        return stages;
    }

    private double[][] Merge(double[][] tokens, int grid, string name)
    {
        double[][] merged = new double[grid * grid / 4][];
        for (int patch = 0; patch < merged.Length; patch++)
        {
            int corner = (patch / (grid / 2) * 2 * grid) + (patch % (grid / 2) * 2);
            merged[patch] = Linear(Norm([.. tokens[corner], .. tokens[corner + grid], .. tokens[corner + 1], .. tokens[corner + grid + 1]], $"{name}.norm"), $"{name}.reduction");
        }

        return merged;
    }

    private double[][] Block(double[][] tokens, int grid, int shift, int heads, string name)
    {
        int width = tokens[0].Length;
        int padded = (grid + Window - 1) / Window * Window;
        double[,][] shifted = new double[padded, padded][];
        for (int row = 0; row < padded; row++)
        {
            for (int column = 0; column < padded; column++)
            {
                double[] value = row < grid && column < grid
                    ? Norm(tokens[((row + shift) % grid * grid) + ((column + shift) % grid)], $"{name}.norm1")
                    : new double[width];
                shifted[row, column] = Linear(value, $"{name}.attn.qkv");
            }
        }

        double[][] result = new double[tokens.Length][];
        for (int row = 0; row < grid; row++)
        {
            for (int column = 0; column < grid; column++)
            {
                int patch = ((row + shift) % grid * grid) + ((column + shift) % grid);
                double[] attended = Linear(Attend(shifted, row, column, shift, heads, width, $"{name}.attn.relative_position_bias_table"), $"{name}.attn.proj");
                double[] token = Sum(tokens[patch], attended);
                double[] hidden = [.. Linear(Norm(token, $"{name}.norm2"), $"{name}.mlp.fc1").Select(Gelu)];
                result[patch] = Sum(token, Linear(hidden, $"{name}.mlp.fc2"));
            }
        }

        return result;
    }

    private double[] Attend(double[,][] joint, int row, int column, int shift, int heads, int width, string table)
    {
        int padded = joint.GetLength(0);
        int channels = width / heads;
        double[] result = new double[width];
        for (int head = 0; head < heads; head++)
        {
            double total = 0;
            for (int otherRow = row / Window * Window; otherRow < (row / Window * Window) + Window; otherRow++)
            {
                for (int otherColumn = column / Window * Window; otherColumn < (column / Window * Window) + Window; otherColumn++)
                {
                    double logit = 0;
                    for (int i = 0; i < channels; i++)
                    {
                        logit += joint[row, column][(head * channels) + i] * joint[otherRow, otherColumn][width + (head * channels) + i];
                    }

                    int difference = ((row - otherRow + Window - 1) * ((2 * Window) - 1)) + column - otherColumn + Window - 1;
                    logit = (logit / Math.Sqrt(channels)) + _tensors[table].Values[(difference * heads) + head];
                    bool apart = shift > 0 && (Wrapped(row) != Wrapped(otherRow) || Wrapped(column) != Wrapped(otherColumn));
                    double share = Math.Exp(apart ? logit - 100 : logit);
                    total += share;
                    for (int i = 0; i < channels; i++)
                    {
                        result[(head * channels) + i] += share * joint[otherRow, otherColumn][(2 * width) + (head * channels) + i];
                    }
                }
            }

            for (int i = 0; i < channels; i++)
            {
                result[(head * channels) + i] /= total;
            }
        }

        return result;

        bool Wrapped(int position) => position >= padded - shift;
    }

    private double[] Linear(double[] input, string name)
    {
        float[] weight = _tensors[$"{name}.weight"].Values;
        float[]? bias = _tensors.TryGetValue($"{name}.bias", out (float[] Values, long[] Shape) found) ? found.Values : null;
        double[] result = new double[weight.Length / input.Length];
        for (int output = 0; output < result.Length; output++)
        {
            result[output] = (bias?[output] ?? 0) + input.Select((value, i) => value * weight[(output * input.Length) + i]).Sum();
        }

        return result;
    }

    private double[] Norm(double[] input, string name)
    {
        double mean = input.Average();
        double deviation = Math.Sqrt(input.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. input.Select((value, i) => ((value - mean) / deviation * _tensors[$"{name}.weight"].Values[i]) + _tensors[$"{name}.bias"].Values[i])];
    }

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    // The Maclaurin series; arguments here are small.
    private static double Erf(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
