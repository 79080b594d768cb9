using System.Runtime.InteropServices;

namespace MuSc.Bench;

/// <summary>Processor time of the calling thread (Linux): what others on the machine take away does not count.</summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Milliseconds since the thread began.</summary>
    public static double Milliseconds
    {
        get
        {
            if (Read(ThreadProcessorTime, out Timespec time) != 0)
            {
                throw new InvalidOperationException("This system does not tell a thread's processor time.");
            }

            return (time.Seconds * 1e3) + (time.Nanoseconds / 1e6);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
