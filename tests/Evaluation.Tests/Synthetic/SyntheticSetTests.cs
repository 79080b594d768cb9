using MuSc.Evaluation.Synthetic;

namespace MuSc.Evaluation.Tests.Synthetic;

public sealed class SyntheticSetTests
{
    private static readonly SyntheticSet Small = new(Count: 12, Defective: 6, Size: 64, Seed: 3);

    [Fact]
    public void Same_seed_gives_the_same_images()
    {
        IReadOnlyList<DefectKind> defects = Small.Defects();
        SyntheticPart first = Small.Render(5, defects[5]), again = Small.Render(5, defects[5]);
        Assert.Equal(first.Image.Pixels, again.Image.Pixels);
        Assert.NotEqual(first.Image.Pixels, (Small with { Seed = 4 }).Render(5, defects[5]).Image.Pixels);
        Assert.NotEqual(first.Image.Pixels, Small.Render(6, defects[5]).Image.Pixels);
    }

    [Fact]
    public void Set_has_as_many_defects_as_asked_and_every_kind()
    {
        IReadOnlyList<DefectKind> defects = new SyntheticSet().Defects();
        Assert.Equal((40, 10), (defects.Count, defects.Count(d => d != DefectKind.None)));
        Assert.Equal(6, defects.Distinct().Count());
    }

    [Theory]
    [InlineData(DefectKind.Scratch)]
    [InlineData(DefectKind.Chip)]
    [InlineData(DefectKind.Stain)]
    [InlineData(DefectKind.MissingHole)]
    [InlineData(DefectKind.Crack)]
    public void Every_defect_shows_and_leaves_most_of_the_part_alone(DefectKind kind)
    {
        SyntheticSet set = new(Size: 128);
        FlangeSurface sound = new(new ValueNoise(1), null, null);
        Random random = new(9);
        ISurfaceDefect? defect = kind switch
        {
            DefectKind.Scratch => LineDefect.Scratch(random),
            DefectKind.Crack => LineDefect.Crack(random),
            DefectKind.Chip => BlotchDefect.Chip(random),
            DefectKind.Stain => BlotchDefect.Stain(random),
            _ => null,
        };
        FlangeSurface faulty = new(new ValueNoise(1), kind == DefectKind.MissingHole ? 2 : null, defect);
        byte[] before = new PartRenderer(set.Size).Render(sound, new Random(5)).Pixels;
        byte[] after = new PartRenderer(set.Size).Render(faulty, new Random(5)).Pixels;
        double changed = before.Zip(after).Count(pair => Math.Abs(pair.First - pair.Second) > 20) / (double)before.Length;
        Assert.InRange(changed, 0.001, 0.06);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 6)]
    [InlineData(10, -1)]
    public void Impossible_sets_are_refused(int count, int defective) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SyntheticSet(count, defective).Defects());
}
