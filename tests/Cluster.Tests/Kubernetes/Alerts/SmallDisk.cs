using System.Diagnostics;

namespace MuSc.Cluster.Tests.Kubernetes.Alerts;

/// <summary>A file system of a size of its own at a folder, in memory. Needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, long bytes)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", _folder);
    }

    /// <summary>Makes it larger or smaller.</summary>
    public void Resize(long bytes) => Run("mount", "-o", $"remount,size={bytes}", _folder);

    // Also while somebody uses it.
    public void Dispose() => Run("umount", "--lazy", _folder);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
    }
}
