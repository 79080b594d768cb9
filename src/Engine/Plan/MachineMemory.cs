using System.Diagnostics;

namespace MuSc.Engine.Plan;

/// <summary>What this machine, or the container around this process, has of memory.</summary>
public static class MachineMemory
{
    private const double Share = 0.7;

    /// <summary>Bytes that a job takes at most unless another limit is given: 70 % of what is available.</summary>
    public static long DefaultBytes => (long)(Share * Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, FreeBytes()));

    /// <summary>Resident bytes of this process now.</summary>
    public static long ResidentBytes => Environment.WorkingSet;

    /// <summary>The most bytes of this process that were resident at a time.</summary>
    public static long PeakBytes
    {
        get
        {
            using Process process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    private static long FreeBytes()
    {
        const string file = "/proc/meminfo";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
        return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], out long kibibytes)
            ? kibibytes << 10
            : long.MaxValue;
    }
}
