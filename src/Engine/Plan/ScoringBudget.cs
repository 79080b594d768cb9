namespace MuSc.Engine.Plan;

/// <summary>How much of a job's memory is left for scoring's buffers.</summary>
public static class ScoringBudget
{
    // The runtime, its heap and libraries while scoring, measured (58 and 120 MiB) with room for young garbage.
    private const long TokensBase = 88L << 20;
    private const long ImagesBase = 152L << 20;

    /// <summary>Bytes for scoring's buffers; may be negative.</summary>
    public static long Of(ScoringJobSpec spec)
        => (spec.MemoryBytes ?? MachineMemory.DefaultBytes) - (spec.TokensFile is null ? ImagesBase : TokensBase);
}
