namespace MuSc.Engine.Plan;

/// <summary>The managed heap's share of a job's memory; native buffers are planned to the byte, this is what bounds the rest.</summary>
public static class ManagedHeap
{
    // Decoded images, blocks of features, patch scores and tables live here; scoring's buffers do not.
    private const double Share = 0.3;
    private const long LeastBytes = 64L << 20;

    /// <summary>Sets a hard limit for this process; beyond it the collector works harder, then memory counts as exhausted.</summary>
    /// <param name="memoryBytes">Memory of the whole process.</param>
    public static void Limit(long memoryBytes)
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)Math.Max((long)(Share * memoryBytes), LeastBytes));
        GC.RefreshMemoryLimit();
    }

    /// <summary>Gives back what earlier work left: a job's next phase begins with as little as it can.</summary>
    public static void Trim() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
