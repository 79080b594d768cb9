using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Scoring.Metrics;

namespace MuSc.Scoring.Tests.Metrics;

/// <summary>One case of metrics_cases.json, made from its seed as tests/tools/metrics_fixture.py makes it.</summary>
public sealed record MetricCase(
    int Seed,
    int Pixels,
    double?[] Image,
    double?[] Pixel,
    double? Pro,
    [property: JsonPropertyName("pro_authors")] double? ProAuthors,
    double? Spro)
{
    public static IReadOnlyList<MetricCase> All { get; } = JsonSerializer.Deserialize<List<MetricCase>>(
        File.ReadAllText(Path.Combine(Shared.Root, "tests", "Scoring.Tests", "Metrics", "metrics_cases.json")),
        JsonSerializerOptions.Web)!;

    public int Side => 4 + Number(1, 21);

    public bool[] Labels { get; private set; } = [];

    public bool[][] Masks { get; private set; } = [];

    public float[][] Maps { get; private set; } = [];

    public static RankingMetrics Ranking(double?[] values) => new(values[0], values[1], values[2]);

    public MetricCase Make()
    {
        int images = 1 + Number(0, 6);
        int levels = new[] { 0, 0, 2, 5, 16, 255 }[Number(2, 6)];
        int kind = Number(3, 10);
        Labels = [.. Enumerable.Range(0, images).Select(j => kind != 0 && (kind == 1 || Number((ulong)(10 + j), 2) == 0))];
        Masks = [.. Enumerable.Range(0, images).Select(j => Mask(j, Labels[j], kind))];
        Maps = [.. Enumerable.Range(0, images).Select(j => Map(j, levels))];
        return this;
    }

    private bool[] Mask(int image, bool anomalous, int kind)
    {
        int side = Side;
        bool[] mask = new bool[side * side];
        if (!anomalous)
        {
            return mask;
        }

        for (int t = 0; t < 1 + Number((ulong)(100 + (40 * image)), 3); t++)
        {
            ulong k = (ulong)(101 + (40 * image) + (4 * t));
            (int x, int y) = (Number(k, side), Number(k + 1, side));
            (int height, int width) = (1 + Number(k + 2, 1 + (side / 3)), 1 + Number(k + 3, 1 + (side / 3)));
            for (int pixel = 0; pixel < mask.Length; pixel++)
            {
                (int row, int column) = (pixel / side, pixel % side);
                mask[pixel] |= row >= y && row < y + height && column >= x && column < x + width;
            }
        }

        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            mask[pixel] |= kind == 2 || Number((ulong)(1_000 + (image * mask.Length) + pixel), 15) == 0;
        }

        return mask;
    }

    private float[] Map(int image, int levels)
    {
        int shift = Number(4, 2);
        float[] map = new float[Masks[image].Length];
        for (int pixel = 0; pixel < map.Length; pixel++)
        {
            long drawn = (long)(Draw((ulong)(100_000 + (image * map.Length) + pixel)) >> 42);
            int defect = Masks[image][pixel] ? 1 : 0;
            map[pixel] = (float)(levels > 0
                ? (((drawn * levels) >> 22) + (defect * (levels / 4))) / 8.0 - shift
                : ((drawn + (defect << 20)) / (double)(1 << 23)) - (shift / 4.0));
        }

        return map;
    }

    private int Number(ulong index, int below) => (int)(Draw(index) % (ulong)below);

    private ulong Draw(ulong index)
    {
        ulong z = ((((ulong)Seed << 40) + index) + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
