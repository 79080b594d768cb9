using System.Diagnostics;

namespace MuSc.Tests;

/// <summary>Sends signals to processes, as a shell does.</summary>
public static class Signals
{
    /// <param name="process">The process.</param>
    /// <param name="signal">Its name, such as <c>TERM</c>.</param>
    /// <exception cref="InvalidOperationException">There is no such process.</exception>
    public static void Send(int process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"{signal} could not be sent to process {process}.");
        }
    }
}
