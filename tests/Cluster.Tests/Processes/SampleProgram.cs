using System.Diagnostics;
using MessagePack;
using MuSc.Cluster.Tests.Jobs;
using MuSc.Contracts;
using MuSc.Grains.Messages;

namespace MuSc.Cluster.Tests.Processes;

/// <summary>samples/ClusterClient, run as a program of its own against a cluster.</summary>
internal static class SampleProgram
{
    // From its own folder, where all that it needs lies.
    private static readonly string Program = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "ClusterClient", new DirectoryInfo(AppContext.BaseDirectory).Name, "musc-sample.dll"));

    /// <summary>Runs it and checks what it prints and stores.</summary>
    public static async Task RunAsync(ProcessCluster cluster, TestSet set)
    {
        string target = Path.GetTempFileName();
        try
        {
            string images = Path.GetDirectoryName(set.Spec.Images[0].Path)!;
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", [Program, cluster.Database.ConnectionString, images, target]) { RedirectStandardOutput = true })!;
            string printed = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);

            // The sample keeps the backbone's own size.
            IReadOnlyList<ImageResult> expected = await set.LocalAsync(set.Spec with { Size = null });
            ResultRow[] rows = MessagePackSerializer.Deserialize<ResultRow[]>(await File.ReadAllBytesAsync(target));
            Assert.Equal(expected, rows.Select(row => row.ToResult()));
            Assert.Contains("Extract:", printed, StringComparison.Ordinal);
            ImageResult first = expected.Single(image => image.Rank == 1);
            Assert.Contains($"    1  {first.Score:F4}  {first.Name}", printed, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(target);
        }
    }
}
