using MuSc.Engine.Overlays;

namespace MuSc.Engine.Tests.Overlays;

public sealed class HeatScaleTests
{
    [Fact]
    public void Typical_images_stay_cool_and_defects_are_hot()
    {
        double[] scores = [.. Enumerable.Range(0, 30).Select(i => 0.26 + (i * 0.001)), 0.5, 0.52, 0.55, 0.6, 0.61];
        HeatScale scale = HeatScale.FromImageScores(scores);
        Assert.All(scores.Take(30), score => Assert.True(scale.Heat(score) < 0.2));
        Assert.All(scores.Skip(30), score => Assert.True(scale.Heat(score) > 0.6));
    }

    [Fact]
    public void One_odd_image_does_not_move_the_scale_of_the_rest()
    {
        double[] scores = [.. Enumerable.Range(0, 199).Select(i => 0.3 + (0.001 * i))];
        HeatScale without = HeatScale.FromImageScores(scores);
        HeatScale with = HeatScale.FromImageScores([.. scores, 1.9]);
        Assert.InRange(with.High, without.High, without.High * 1.02);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(50)]
    public void Images_that_are_all_alike_stay_dark(int images)
    {
        HeatScale scale = HeatScale.FromImageScores(Enumerable.Repeat(0.3, images));
        Assert.Equal(0, scale.Heat(0.3), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_few_images_still_show_where_they_are_oddest(int images)
    {
        HeatScale scale = HeatScale.FromImageScores(Enumerable.Repeat(0.3, images));
        Assert.InRange(scale.Heat(0.3), 0.4, 0.7);
        Assert.Equal(0, scale.Heat(0.2), 12);
    }

    [Fact]
    public void Strong_defects_keep_their_shape_above_the_scale()
    {
        HeatScale scale = new(0.2, 0.4);
        Assert.Equal(HeatScale.HeatAtHigh, scale.Heat(0.4), 12);
        Assert.True(scale.Heat(0.6) > scale.Heat(0.5) + 0.03 && scale.Heat(0.5) > scale.Heat(0.4) + 0.05);
        Assert.InRange(scale.Heat(5), 0.999, 1);
    }

    [Fact]
    public void Scores_of_zero_give_a_usable_scale()
    {
        HeatScale scale = HeatScale.FromImageScores([0, 0, 0]);
        Assert.Equal(0, scale.Heat(0));
        Assert.True(scale.High > scale.Low);
    }

    [Fact]
    public void No_image_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => HeatScale.FromImageScores([]));
}
