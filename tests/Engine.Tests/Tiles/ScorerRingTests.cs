using MuSc.Engine.Tiles;

namespace MuSc.Engine.Tests.Tiles;

public sealed class ScorerRingTests
{
    [Theory]
    [InlineData(2000, 200)]
    [InlineData(2003, 200)]
    [InlineData(125, 42)]
    [InlineData(17, 2)]
    public void Every_image_has_as_many_scorers_and_scores_those_that_score_it(int images, int scorers)
    {
        ScorerRing ring = ScorerRing.Of(images, scorers)!;
        int group = 0;
        int[] sizes = [.. Enumerable.Range(0, ring.Groups).Select(at => ring.Start(at + 1, images) - ring.Start(at, images))];
        Assert.Equal((images, 0), (ring.Start(ring.Groups, images), ring.Start(0, images)));
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
        for (int position = 0; position < images; position++)
        {
            group += position == ring.Start(group + 1, images) ? 1 : 0;
            Assert.Equal(group, ring.GroupOf(position, images));
        }

        foreach (int one in Enumerable.Range(0, ring.Groups))
        {
            int[] partners = [.. ring.Partners(one)];
            Assert.Equal(2 * ring.Reach, partners.Length);
            Assert.Equal(Enumerable.Range(0, ring.Groups).Where(other => ring.Meets(one, other)), partners);
            Assert.All(partners, other => Assert.True(ring.Meets(other, one)));
            int near = partners.Sum(other => sizes[other]);
            Assert.InRange(near, scorers * sizes.Min() / sizes.Max(), scorers);
            Assert.Equal(images % sizes.Max() == 0, near == scorers && sizes.Min() == sizes.Max());
        }
    }

    [Theory]
    [InlineData(40, null)]
    [InlineData(40, 40)]
    [InlineData(41, 40)]
    public void Where_there_are_no_more_others_all_score(int images, int? scorers) => Assert.Null(ScorerRing.Of(images, scorers));
}
