using MuSc.Engine.Tiles;

namespace MuSc.Engine.Plan;

/// <summary>What the silos of a cluster have for the kept values of the blocks that they own.</summary>
/// <param name="Silos">Silos that own blocks, at least 1.</param>
/// <param name="Bytes">Bytes for kept values on each.</param>
/// <param name="PassesInFlight">Passes whose values are held at the same time.</param>
public sealed record OwnerMemory(int Silos, long Bytes, int PassesInFlight)
{
    // What a job takes that has to be cut into strips: others are to find room too.
    private const double MostOfStrips = 0.75;

    /// <summary>The longest strips whose kept values fit.</summary>
    /// <param name="order">The job's images and blocks.</param>
    /// <param name="maps">Maps.</param>
    /// <param name="spec">How the job is scored.</param>
    /// <param name="patches">P.</param>
    /// <returns>Images of a strip at most, and the bytes that they take on the fullest silo.</returns>
    /// <exception cref="JobException">Not even one block fits.</exception>
    public (int Images, long Bytes) Strips(ImageOrder order, int maps, ScoringJobSpec spec, int patches)
    {
        int scored = order.Blocks.Count(block => !block.Reference);
        int largest = order.Blocks.Max(block => block.Count);
        int images = order.Blocks.Where(block => !block.Reference).Sum(block => block.Count);
        long least = long.MaxValue;
        for (int strips = 1; ; strips += 1 + (strips / 8))
        {
            int blocks = (scored + strips - 1) / strips;
            TilePlan plan = new(maps, order.Blocks, spec.WhoMeets, checked(blocks * largest), ScorerRing.Of(images, spec.Scorers));
            long need = Need(plan, spec, patches);
            least = Math.Min(least, need);
            if (need <= (blocks == scored || blocks == 1 ? Bytes : MostOfStrips * Bytes))
            {
                return (blocks * largest, need);
            }

            if (blocks == 1)
            {
                throw new JobException(
                    JobErrorKind.Resource,
                    $"The owner of a block of {largest} images needs {JobMemory.MiB(least)} for the values that it keeps, but the smallest silo has {JobMemory.MiB(Bytes)} for that. "
                    + $"Give every scoring silo {JobMemory.MiB(least - Bytes)} more for kept values, or choose smaller blocks, a smaller size, a narrower interval or more subsets.");
            }
        }
    }

    // The most that a silo holds: its part of a strip, in all passes that are in flight.
    private long Need(TilePlan plan, ScoringJobSpec spec, int patches) => Math.Min(PassesInFlight, plan.Passes) * plan.Strips.Max(strip =>
        TilePlan.In(strip)
            .GroupBy(block => plan.Home(block, Silos))
            .Max(silo => silo.Sum(block =>
                plan.Blocks[block].Count * KeptValues.Of(spec, plan.Scorers(block)).Bytes(patches, plan.Scorers(block)))));
}
