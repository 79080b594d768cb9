using System.Globalization;
using Xunit.Abstractions;

namespace MuSc.Scoring.Tests.Golden;

/// <summary>Every step against what the authors' code answers on the synthetic sets.</summary>
public sealed class GoldenParityTests(ITestOutputHelper output)
{
    [SharedTheory("golden")]
    [InlineData("small")]
    [InlineData("odd")]
    [InlineData("tiny")]
    public void Every_step_agrees_with_the_authors_code(string name)
    {
        GoldenSet set = GoldenSet.Open(name);
        Dictionary<string, double> differences = [];
        double[] patchScores = MutualScores(set, differences);
        differences["patch_scores"] = Agreement.LargestDifference(set.Array("patch_scores"), patchScores);
        double[] imageScores = ImageScores(set, patchScores, differences);
        Rescore(set, imageScores, differences);

        foreach ((string what, double difference) in differences)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-6} {what,-28} {difference:0.0e+0}"));
        }

        Assert.True(differences.Count >= 10);
        Assert.All(differences, entry => Assert.InRange(entry.Value, 0, Agreement.Tolerance));
    }

    private static double[] MutualScores(GoldenSet set, Dictionary<string, double> differences)
    {
        double[] sums = new double[set.Images * set.Patches];
        foreach (int degree in set.Degrees)
        {
            List<float> maps = [];
            List<double> scores = [];
            for (int stage = 0; stage < set.Stages; stage++)
            {
                float[] map = Pipeline.Map(set, stage, degree);
                double[] mapScores = Pipeline.MutualScores(map, set.Images, set.Patches, set.Channels);
                PatchScores.Add(sums, mapScores);
                maps.AddRange(map);
                scores.AddRange(mapScores);
            }

            differences[$"lnamd_r{degree}"] = Agreement.LargestDifference(
                set.Array($"lnamd_r{degree}"), Agreement.Widen([.. maps]));
            differences[$"msm_r{degree}"] = Agreement.LargestDifference(set.Array($"msm_r{degree}"), [.. scores]);
        }

        PatchScores.Average(sums, set.Degrees.Length * set.Stages);
        return sums;
    }

    private static double[] ImageScores(GoldenSet set, double[] patchScores, Dictionary<string, double> differences)
    {
        float[] maps = new float[set.Images * set.Size * set.Size];
        double[] scores = new double[set.Images];
        for (int image = 0; image < set.Images; image++)
        {
            ReadOnlySpan<double> patches = patchScores.AsSpan(image * set.Patches, set.Patches);
            AnomalyMap.Upsample(patches, set.Grid, set.Size, maps.AsSpan(image * set.Size * set.Size, set.Size * set.Size));
            scores[image] = ImageScore.Max(patches, set.Grid, set.Size);
        }

        differences["anomaly_maps"] = Agreement.LargestDifference(set.Array("anomaly_maps"), Agreement.Widen(maps));
        differences["image_scores_before_rscin"] = Agreement.LargestDifference(
            set.Array("image_scores_before_rscin"), scores);
        return scores;
    }

    private static void Rescore(GoldenSet set, double[] scores, Dictionary<string, double> differences)
    {
        float[] tokens = set.ClassTokens();
        foreach (string name in set.Names("image_scores_rscin_"))
        {
            int[] windows = [.. name["image_scores_rscin_".Length..].Split('_').Select(int.Parse)];
            double[] rescored = new double[set.Images];
            RsCin.Rescore(scores, tokens, tokens.Length / set.Images, windows, rescored);
            differences[name] = Agreement.LargestDifference(set.Array(name), rescored);
        }
    }
}
