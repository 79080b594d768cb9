using MuSc.Contracts;
using MuSc.Scoring.Decisions;

namespace MuSc.Scoring.Tests.Decisions;

public sealed class DecisionRuleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_partition_and_any_order_give_the_same_decision(int seed)
    {
        Random random = new(seed);
        double[] scores = Scores(random, 200);
        SetDecision whole = Set(scores);
        random.Shuffle(scores);
        double[][] parts = [.. scores.Chunk(1 + random.Next(40))];
        random.Shuffle(parts);
        Assert.Equal(whole, Set([.. parts.SelectMany(part => part)]));
        Assert.Equal(Set(scores), Set([.. scores.Order()]));
    }

    [Theory]
    [InlineData(1, -2)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    public void Scores_times_a_power_of_two_give_a_threshold_times_it(int seed, int power)
    {
        double[] scores = Scores(new(seed), 150);
        double factor = Math.Pow(2, power);
        double[] scaled = [.. scores.Select(score => score * factor)];
        foreach (Expectation expect in Enum.GetValues<Expectation>())
        {
            DecisionRule plain = DecisionRule.Of(scores, scores, new() { Expect = expect }), other = DecisionRule.Of(scaled, scaled, new() { Expect = expect });
            Assert.Equal(plain.Set.State, other.Set.State);
            Assert.Equal(plain.Set.Threshold!.Value * factor, other.Set.Threshold!.Value, Math.Pow(2, -19) * Math.Max(1, factor));
            Assert.Equal(scores.Select(score => plain.IsAnomalous(score, score)), scaled.Select(score => other.IsAnomalous(score, score)));
        }
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("0", 0)]
    [InlineData("10%", 10)]
    [InlineData("0.5%", 1)]
    [InlineData("1000", 100)]
    public void So_many_are_flagged_as_were_asked_for(string flag, int flagged)
    {
        double[] scores = [.. Enumerable.Range(1, 100).Select(score => score / 128.0)];
        DecisionRule rule = DecisionRule.Of(scores, scores, new() { Flag = FlagShare.Parse(flag) });
        Assert.Equal((DecisionState.Fixed, flagged), (rule.Set.State, (int)rule.Set.Flagged));
        Assert.Equal(flagged, scores.Count(score => rule.IsAnomalous(score, score)));
    }

    [Fact]
    public void Ties_with_the_last_that_is_flagged_are_flagged_too()
    {
        double[] scores = [0.5, 0.25, 0.5, 0.5];
        Assert.Equal(3, DecisionRule.Of(scores, scores, new() { Flag = FlagShare.Parse("1") }).Set.Flagged);
    }

    [Fact]
    public void Threshold_that_is_given_counts_from_itself_on()
    {
        double[] scores = [0.25, 0.375, 0.5];
        DecisionRule rule = DecisionRule.Of(scores, scores, new() { Threshold = 0.375 });
        Assert.Equal([false, true, true], scores.Select(score => rule.IsAnomalous(score, score)));
        Assert.Equal(0, rule.Margin(0.375, 0.375));
        Assert.Equal(2, rule.Set.Flagged);
    }

    [Fact]
    public void Map_of_zeros_carries_no_mask_whatever_its_final_score()
    {
        DecisionRule rule = DecisionRule.Of([0, 0.5, 0.25], [1, 0.5, 0.25], new() { Threshold = 0.5, DecideBy = DecidingScore.Final });
        Assert.False(rule.IsAnomalous(0, 1));
        Assert.Equal((1, 1), (rule.Set.Flagged, rule.Set.WithoutMap));
        Assert.Contains("1 image reaches", rule.Set.Warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(double.PositiveInfinity)]
    public void Score_that_is_none_is_refused_by_its_place(double score)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => DecisionRule.Of([0, score], [0, 0], new()));
        Assert.Contains("image 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Final_scores_may_be_negative()
    {
        DecisionRule rule = DecisionRule.Of([0.1, 0.1, 0.1, 0.1, 0.5], [-0.1, -0.1, -0.1, -0.1, 0.5], new() { DecideBy = DecidingScore.Final, Expect = Expectation.Many });
        Assert.Equal(1, rule.Set.Flagged);
        Assert.True(rule.IsAnomalous(0.5, 0.5));
    }

    [Fact]
    public void Set_that_does_not_separate_is_no_two_classes()
    {
        double[] normal = [.. Enumerable.Range(0, 50).Select(image => 0.4 + (image * 0.001))];
        SetDecision set = Set(normal);
        Assert.False(set.ShowsTwoClasses);
        Assert.NotNull(set.Advice);
        Assert.Equal(DecisionConfidence.None, set.Confidence);
        Assert.Equal(DecisionState.Forced, DecisionRule.Of(normal, normal, new() { Expect = Expectation.Many }).Set.State);
    }

    private static double[] Scores(Random random, int images) =>
        [.. Enumerable.Range(0, images).Select(image => (image % 4 == 0 ? 0.6 : 0.3) + (random.Next(1 << 18) / (double)(1 << 20)))];

    private static SetDecision Set(double[] scores) => DecisionRule.Of(scores, scores, new()).Set;
}
