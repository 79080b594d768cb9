using System.Diagnostics;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>A test that mounts a small file system for a process alone; it is skipped, and says so, where that is not allowed.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    /// <param name="database">Whether it needs PostgreSQL as well.</param>
    public SmallDiskFactAttribute(bool database = false) => Skip = !Allowed.Value
        ? "This system does not let the tests mount a file system of their own (unshare)."
        : database ? new PostgresFactAttribute().Skip : null;

    /// <summary>Starts a shell with mounts of its own; the script and its arguments follow.</summary>
    public static string[] Unshare { get; } = ["unshare", "--map-root-user", "--mount", "/bin/sh", "-c"];

    private static Lazy<bool> Allowed { get; } = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("musc-small-disk").FullName;
        try
        {
            using Process trial = Process.Start(new ProcessStartInfo(
                Unshare[0], [.. Unshare[1..], "mount -t tmpfs -o size=1m tmpfs \"$0\" 2>/dev/null", folder]) { RedirectStandardError = true })!;
            trial.WaitForExit();
            return trial.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
        finally
        {
            Directory.Delete(folder);
        }
    });
}
