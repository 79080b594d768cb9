namespace MuSc.Engine.Tiles;

/// <summary>
/// How one machine orders the tiles of a pass: some blocks of the strip stay in memory, packed, and meet first each other, then the
/// blocks that stream past them one by one.
/// </summary>
/// <param name="Plan">The job's tiles.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Blocks">The blocks that stay.</param>
internal readonly record struct Residence(TilePlan Plan, int Pass, Range Blocks)
{
    /// <summary>Position of the first image that stays.</summary>
    public int FirstImage => Plan.Blocks[Blocks.Start.Value].First;

    /// <summary>Images that stay.</summary>
    public int Images => Plan.Blocks[Blocks.End.Value - 1].End - FirstImage;

    /// <summary>The tiles among those that stay.</summary>
    public IEnumerable<Tile> Inner
    {
        get
        {
            for (int row = Blocks.Start.Value; row < Blocks.End.Value; row++)
            {
                for (int column = row; column < Blocks.End.Value; column++)
                {
                    if (Plan.Meets(row, column))
                    {
                        yield return new(Pass, row, column);
                    }
                }
            }
        }
    }

    /// <summary>The blocks that stream past: those further on in the strip, then those outside it.</summary>
    public IEnumerable<int> Streamed
    {
        get
        {
            Residence here = this;
            int strip = Plan.StripOf(Pass).Start.Value;
            return Enumerable.Range(Blocks.End.Value, Plan.Blocks.Count - Blocks.End.Value).Concat(Enumerable.Range(0, strip))
                .Where(block => here.With(block).Any());
        }
    }

    /// <summary>The residences of a pass, one after the other, of at most so many images but one block at least.</summary>
    public static IEnumerable<Residence> Of(TilePlan plan, int pass, int images)
    {
        Range strip = plan.StripOf(pass);
        for (int first = strip.Start.Value; first < strip.End.Value;)
        {
            int end = first + 1;
            while (end < strip.End.Value && plan.Blocks[end].End - plan.Blocks[first].First <= images)
            {
                end++;
            }

            yield return new(plan, pass, first..end);
            first = end;
        }
    }

    /// <summary>The tiles of those that stay with a streamed block.</summary>
    public IEnumerable<Tile> With(int streamed)
    {
        for (int block = Blocks.Start.Value; block < Blocks.End.Value; block++)
        {
            if (Plan.Meets(block, streamed))
            {
                yield return Tile.Of(Pass, block, streamed);
            }
        }
    }
}
