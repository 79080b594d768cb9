namespace MuSc.Engine.Plan;

/// <summary>What extraction may take of a job's memory.</summary>
public static class ExtractionMemory
{
    /// <summary>What a block of features takes at most where it need not take more.</summary>
    public const long MostBlockBytes = 64L << 20;

    // A block is in memory, and the garbage of another half.
    private const int BlockShare = 32;

    // The network's intermediate values and decoded images come on top of what is loaded.
    private const double LoadedShare = 0.7;

    /// <summary>What a block of features may take.</summary>
    public static long BlockBytes(ScoringJobSpec spec) => Math.Min(MostBlockBytes, (spec.MemoryBytes ?? long.MaxValue) / BlockShare);

    /// <summary>Checks, once the network is loaded and before it runs, that the job's memory leaves room for it.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="backbone">The network's name.</param>
    /// <exception cref="JobException">It does not.</exception>
    public static void Check(ScoringJobSpec spec, string backbone)
    {
        long loaded = MachineMemory.ResidentBytes;
        if (spec.MemoryBytes is { } memory && loaded > LoadedShare * memory)
        {
            throw new JobException(
                JobErrorKind.Resource,
                $"With {backbone} loaded {loaded >> 20} MiB are in use, too much of the {memory >> 20} MiB allowed. "
                + $"Allow at least {(long)(loaded / LoadedShare) >> 20} MiB with --memory, or choose a smaller backbone.");
        }
    }
}
