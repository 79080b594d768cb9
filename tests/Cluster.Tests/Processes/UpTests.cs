using System.Diagnostics;
using System.Text.RegularExpressions;
using MuSc.Client;
using MuSc.Cluster.Tests.Jobs;

namespace MuSc.Cluster.Tests.Processes;

/// <summary><c>musc up</c>: several silos on one machine.</summary>
public sealed partial class UpTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task TwoSilos_ScoreAsOneMachineAndEndTogether()
    {
        using TestSet set = TestSet.Synthetic(12, 48);
        using ServerProcess up = new("up", "--silos", "2", "--data", _folder.At("data"), "--threads", "1");
        int[] silos = Silos((await up.ReadyAsync()).Where);
        Assert.Equal(2, silos.Length);
        Process[] processes = [.. silos.Select(Process.GetProcessById)];
        await using (MuScClient client = await up.ConnectAsync())
        {
            string job = await client.SubmitAsync(set.Spec, CancellationToken.None);
            Assert.Equal(await set.LocalAsync(), (await client.ResultsAsync(job, CancellationToken.None)).Images);
        }

        Signals.Send(up.Id, "TERM");
        (int exitCode, string output, string errors) = await up.EndAsync();
        Assert.Equal((0, ""), (exitCode, output));
        Assert.True(errors.Length == 0, errors);
        Assert.All(processes, process => Assert.True(process.HasExited));
    }

    [Fact]
    public async Task KilledProgram_ItsSilosEnd()
    {
        using ServerProcess up = new("up", "--silos", "2", "--data", _folder.At("data"), "--threads", "1");
        Process[] processes = [.. Silos((await up.ReadyAsync()).Where).Select(Process.GetProcessById)];
        up.Kill();
        foreach (Process process in processes)
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static int[] Silos(string line) => [.. Numbers().Matches(line[line.IndexOf("processes", StringComparison.Ordinal)..]).Select(match => int.Parse(match.Value))];

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
