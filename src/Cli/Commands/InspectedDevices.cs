using MuSc.Features.Backbones;
using MuSc.Scoring.Gpu;

namespace MuSc.Cli.Commands;

/// <summary>What this machine has to work on, and what this build can do there.</summary>
internal static class InspectedDevices
{
    public static Outcome Outcome()
    {
        Line[] lines =
        [
            new("cpu", $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, true),
            .. Gpu.List().Select(gpu => new Line(gpu.Device.ToString(), gpu.Name, gpu.Bytes, BackboneRun.KnowsCuda)),
        ];
        return new(
            () => new { Devices = lines.Select(line => new { line.Device, line.Name, MemoryBytes = line.Bytes, line.Networks, Scoring = true }) },
            console => console.WriteTable(
                null,
                [Tables.Words("Device"), Tables.Words("Name"), Tables.Numbers("Memory"), Tables.Words("Networks"), Tables.Words("Scoring")],
                lines.Select(line => (string[])[line.Device, line.Name, PlanCommand.Bytes(line.Bytes), line.Networks ? "yes" : "not in this build: -p:Gpu=true", "yes"])));
    }

    private sealed record Line(string Device, string Name, long Bytes, bool Networks);
}
