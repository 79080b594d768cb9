using System.Diagnostics.Metrics;
using MuSc.Grains.Compute;
using MuSc.Grains.Features;
using MuSc.Grains.Workers;

namespace MuSc.Grains;

/// <summary>What a silo has of everything that is bounded, measured when somebody looks.</summary>
internal sealed class SiloGauges(
    ClusterMetrics metrics, ComputePool pool, BlockStore blocks, BlockFetcher stages, PanelCache panels, SiloMemory memory, MuScOptions options)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(SiloGauges), ServiceLifecycleStage.RuntimeInitialize, _ =>
    {
        metrics.Begin();
        metrics.Observe("musc.lane.queued", "{piece}", "Pieces of work that wait for a thread of their lane.", () =>
            Enum.GetValues<Lane>().Select(lane => new Measurement<long>(pool.Queued(lane), Tag("lane", lane.ToString().ToLowerInvariant()))));
        metrics.Observe("musc.memory.used", "By", "Bytes of features, fetched stages and packed tokens in memory.", () =>
        [
            new(blocks.Bytes, Tag("part", "features")), new(stages.Bytes, Tag("part", "stages")), new(panels.Bytes, Tag("part", "panels")),
        ]);
        metrics.Observe("musc.memory.budget", "By", "Bytes that they and kept values may take.", () =>
        [
            new(memory.Features, Tag("part", "features")), new(memory.Stages, Tag("part", "stages")), new(memory.Panels, Tag("part", "panels")),
            new(memory.KeptValues, Tag("part", "kept")),
        ]);
        metrics.Observe("musc.disk.free", "By", "Bytes that are free where a silo writes.", () =>
            new[] { ("results", options.ResultsRoot), ("scratch", options.Scratch) }
                .Where(folder => Directory.Exists(folder.Item2))
                .Select(folder => new Measurement<long>(new DriveInfo(folder.Item2).AvailableFreeSpace, Tag("folder", folder.Item1))));
        return Task.CompletedTask;
    });

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
