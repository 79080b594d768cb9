using System.Diagnostics;

namespace MuSc.Engine.Plan;

/// <summary>
/// How a job's memory is shared out. Native buffers of scoring are planned to the byte; the managed heap, with decoded images, blocks of
/// features, patch scores and tables, has a hard limit.
/// </summary>
public static class JobMemory
{
    /// <summary>What a block of features takes at most where it need not take more.</summary>
    public const long MostBlockBytes = 64L << 20;

    // Of what the machine has free, where a job has no limit of its own.
    private const double FreeShare = 0.7;

    // A block is in memory, and the garbage of another half.
    private const int BlockShare = 32;

    // The network's intermediate values and decoded images come on top of what is loaded.
    private const double LoadedShare = 0.7;

    private const double HeapShare = 0.3;
    private const long LeastHeapBytes = 64L << 20;

    // The runtime, its heap and libraries while scoring, measured (58 and 120 MiB) with room for young garbage.
    private const long TokensBase = 88L << 20;
    private const long ImagesBase = 152L << 20;

    /// <summary>The most bytes of this process that were resident at a time.</summary>
    public static long PeakBytes()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    /// <summary>What a block of features may take.</summary>
    public static long BlockBytes(ScoringJobSpec spec) => Math.Min(MostBlockBytes, (spec.MemoryBytes ?? long.MaxValue) / BlockShare);

    /// <summary>Bytes for scoring's buffers; may be negative.</summary>
    public static long ScoringBytes(ScoringJobSpec spec) => (spec.MemoryBytes ?? DefaultBytes()) - (spec.TokensFile is null ? ImagesBase : TokensBase);

    /// <summary>Checks, once the network is loaded and before it runs, that the job's memory leaves room for it.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="backbone">The network's name.</param>
    /// <exception cref="JobException">It does not.</exception>
    public static void CheckLoaded(ScoringJobSpec spec, string backbone)
    {
        long loaded = Environment.WorkingSet;
        if (spec.MemoryBytes is { } memory && loaded > LoadedShare * memory)
        {
            throw new JobException(
                JobErrorKind.Resource,
                $"With {backbone} loaded {loaded >> 20} MiB are in use, too much of the {memory >> 20} MiB allowed. "
                + $"Allow at least {(long)(loaded / LoadedShare) >> 20} MiB with --memory, or choose a smaller backbone.");
        }
    }

    /// <summary>Limits the managed heap of this process; beyond that the collector works harder, then memory counts as exhausted.</summary>
    /// <param name="memoryBytes">Memory of the whole process.</param>
    public static void LimitHeap(long memoryBytes)
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)Math.Max((long)(HeapShare * memoryBytes), LeastHeapBytes));
        GC.RefreshMemoryLimit();
    }

    /// <summary>Gives back what earlier work left: a job's next phase begins with as little as it can.</summary>
    public static void TrimHeap() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>A size for people, rounded up.</summary>
    internal static string MiB(long bytes) => $"{(bytes + (1 << 20) - 1) >> 20} MiB";

    // A share of what this machine, or the container around this process, has free.
    private static long DefaultBytes()
    {
        const string file = "/proc/meminfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
        long free = line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out long kibibytes)
            ? kibibytes << 10
            : long.MaxValue;
        return (long)(FreeShare * Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, free));
    }
}
