using MuSc.Engine.Jobs;

namespace MuSc.Engine.Plan;

/// <summary>How much of a job's memory is left for scoring's buffers.</summary>
public static class ScoringBudget
{
    // The runtime, its heap, libraries and code while scoring, measured with some room.
    private const long BaseBytes = 112L << 20;

    /// <summary>Bytes for scoring's buffers; may be negative.</summary>
    public static long Of(ScoringJobSpec spec) => (spec.MemoryBytes ?? MachineMemory.DefaultBytes) - BaseBytes;
}
