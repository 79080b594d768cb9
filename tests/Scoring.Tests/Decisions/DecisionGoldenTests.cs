using System.Text.Json;
using MuSc.Engine.Tokens;
using MuSc.Contracts;
using MuSc.Scoring.Decisions;

namespace MuSc.Scoring.Tests.Decisions;

/// <summary>Decisions against the stored answers of an independent implementation.</summary>
public sealed class DecisionGoldenTests
{
    private const string Compact = "compact-";

    public static TheoryData<string> Sets =>
    [
        "aws_cookie", "elpv_mono", "magnetic_tile", "mvtec_leather_mini",
        "compact-aws_cookie", "compact-elpv_mono", "compact-magnetic_tile", "compact-mvtec_leather_mini",
    ];

    [SharedFact("golden", "decision")]
    public void Edges_are_exact()
    {
        int cases = 0;
        foreach (JsonProperty edge in Read("edges").EnumerateObject())
        {
            double[] scores = [.. edge.Value.GetProperty("scores").EnumerateArray().Select(score => score.GetDouble())];
            Same(edge.Name, edge.Value, DecisionRule.Of(scores, scores, new()), scores, scores, 0, 0, 0);
            cases++;
        }

        Assert.True(cases > 10);
    }

    [SharedTheory("golden", "decision")]
    [MemberData(nameof(Sets))]
    public void Real_sets_decide_the_same(string name)
    {
        JsonElement golden = Read(name);
        JsonElement real = JsonDocument.Parse(File.ReadAllText(Path.Combine(Scored(name), "expected.json"))).RootElement;
        double[] patchScores = NpyFile.ReadDoubles(Path.Combine(Scored(name), "patch_scores.npy"));
        int size = golden.GetProperty("size").GetInt32();
        int images = golden.GetProperty("images").GetInt32();
        int patches = patchScores.Length / images;
        int grid = (int)Math.Sqrt(patches);
        double[] peaks = [.. Enumerable.Range(0, images).Select(image => ImageScore.Max(Row(image), grid, size))];
        double[] finals = [.. real.GetProperty("after_rscin").EnumerateArray().Select(score => score.GetDouble())];
        foreach (DecidingScore by in Enum.GetValues<DecidingScore>())
        {
            JsonElement expected = golden.GetProperty(by.ToString().ToLowerInvariant());
            DecisionRule rule = DecisionRule.Of(peaks, finals, new() { DecideBy = by });
            Same($"{name} {by}", expected, rule, peaks, finals, 4e-6, 1e-5, 1);
            int[] pixels = [.. expected.GetProperty("mask_pixels").EnumerateArray().Select(count => count.GetInt32())];
            Assert.All(Enumerable.Range(0, images), image => Assert.InRange(MaskPixels(rule, image), pixels[image] - 3, pixels[image] + 3));
            Assert.All(Enumerable.Range(0, images), image => Assert.Equal(rule.IsAnomalous(peaks[image], finals[image]), MaskPixels(rule, image) > 0));
        }

        foreach (JsonProperty entry in golden.GetProperty("sensitivity").EnumerateObject())
        {
            Same(entry.Value, DecisionRule.Of(peaks, finals, new() { Sensitivity = double.Parse(entry.Name) }));
        }

        foreach (JsonProperty entry in golden.GetProperty("expect").EnumerateObject())
        {
            SetDecision set = Same(entry.Value, DecisionRule.Of(peaks, finals, new() { Expect = Enum.Parse<Expectation>(entry.Name, ignoreCase: true) }));
            Assert.Equal(entry.Value.GetProperty("state").GetString(), Word(set.State));
        }

        int MaskPixels(DecisionRule rule, int image)
        {
            float[] map = Map(image);
            return rule.IsAnomalous(peaks[image], finals[image]) ? AnomalyMask.Above(map, rule.MaskLevel(peaks[image]), new bool[map.Length]) : 0;
        }

        float[] Map(int image)
        {
            float[] map = new float[size * size];
            AnomalyMap.Upsample(Row(image), grid, size, map);
            return map;
        }

        ReadOnlySpan<double> Row(int image) => patchScores.AsSpan(image * patches, patches);
    }

    [SharedFact("golden", "decision", "class-tokens.json")]
    public void Class_tokens_of_27_categories_decide_the_same()
    {
        JsonElement scores = JsonDocument.Parse(File.ReadAllText(Shared.At("class-tokens", "expected.json"))).RootElement;
        JsonProperty[] categories = [.. Read("class-tokens").EnumerateObject()];
        Assert.Equal(27, categories.Length);
        foreach (JsonProperty category in categories)
        {
            double[] before = Scores("before"), after = Scores("after");
            foreach (DecidingScore by in Enum.GetValues<DecidingScore>())
            {
                string name = by.ToString().ToLowerInvariant();
                Same($"{category.Name} {name}", category.Value.GetProperty(name), DecisionRule.Of(before, after, new() { DecideBy = by }), before, after, 4e-6, 1e-5, 1);
            }

            double[] Scores(string property) => [.. scores.GetProperty(category.Name).GetProperty(property).EnumerateArray().Select(score => score.GetDouble())];
        }
    }

    [SharedTheory("golden", "decision")]
    [MemberData(nameof(Sets))]
    public void Mebin_is_that_of_its_authors(string name)
    {
        JsonElement golden = Read(name);
        double[] patchScores = NpyFile.ReadDoubles(Path.Combine(Scored(name), "patch_scores.npy"));
        int size = golden.GetProperty("size").GetInt32();
        int images = golden.GetProperty("images").GetInt32();
        int patches = patchScores.Length / images;
        float[][] maps = [.. Enumerable.Range(0, images).Select(image =>
        {
            float[] map = new float[size * size];
            AnomalyMap.Upsample(patchScores.AsSpan(image * patches, patches), (int)Math.Sqrt(patches), size, map);
            return map;
        })];
        Mebin mebin = new(maps.Min(map => map.Min()), maps.Max(map => map.Max()), maps.Min(map => map.Max()), size);
        JsonElement expected = golden.GetProperty("mebin");
        Assert.Equal(Numbers("range"), (int[])[mebin.PeakRange.Least, mebin.PeakRange.Greatest]);
        bool[] mask = new bool[size * size];
        (int[] thresholds, int[] regions, int[] pixels) = (Numbers("thresholds"), Numbers("regions"), Numbers("mask_pixels"));
        for (int image = 0; image < images; image++)
        {
            Assert.Equal((thresholds[image], regions[image]), mebin.Mask(maps[image], mask));
            Assert.InRange(mask.Count(marked => marked), pixels[image] - 3, pixels[image] + 3);
        }

        int[] Numbers(string property) => [.. expected.GetProperty(property).EnumerateArray().Select(number => number.GetInt32())];
    }

    // Scores of a backbone: those of the ViT-Tiny, or of the compact one.
    private static string Scored(string name) =>
        name.StartsWith(Compact, StringComparison.Ordinal) ? Shared.At("models", "compact", "expected", name[Compact.Length..]) : Shared.At("golden", "real", name);

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Shared.At("golden", "decision", name + ".json"))).RootElement;

    private static SetDecision Same(JsonElement expected, DecisionRule rule)
    {
        Assert.Equal(expected.GetProperty("threshold").GetDouble(), rule.Set.Threshold!.Value, 4e-6);
        Assert.Equal(expected.GetProperty("flagged").GetInt64(), rule.Set.Flagged);
        return rule.Set;
    }

    private static void Same(
        string what, JsonElement expected, DecisionRule rule, double[] before, double[] after, double thresholds, double contrasts, int near)
    {
        Assert.Equal((what, expected.GetProperty("state").GetString()), (what, Word(rule.Set.State)));
        Within(what, Number("threshold"), rule.Set.Threshold, thresholds);
        Within(what, Number("contrast"), rule.Set.Contrast, contrasts);
        Assert.Equal((what, expected.GetProperty("flagged").GetInt64()), (what, rule.Set.Flagged));
        Assert.Equal((what, expected.GetProperty("confidence").GetString()), (what, rule.Set.Confidence.ToString().ToLowerInvariant()));
        Assert.InRange(rule.Set.Near, expected.GetProperty("near").GetInt64() - near, expected.GetProperty("near").GetInt64() + near);
        string anomalous = string.Concat(before.Zip(after, (peak, final) => rule.IsAnomalous(peak, final) ? '1' : '0'));
        Assert.Equal((what, expected.GetProperty("anomalous").GetString()), (what, anomalous));

        double? Number(string property) => expected.GetProperty(property) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;
    }

    private static void Within(string what, double? expected, double? actual, double tolerance)
    {
        Assert.True(expected.HasValue == actual.HasValue, $"{what}: {expected} against {actual}");
        Assert.True(Math.Abs((expected - actual) ?? 0) <= tolerance, $"{what}: {expected} against {actual}");
    }

    private static string Word(DecisionState state) => state == DecisionState.TooFew ? "too-few" : state.ToString().ToLowerInvariant();
}
