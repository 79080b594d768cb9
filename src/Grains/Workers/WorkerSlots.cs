using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MuSc.Grains.Workers;

/// <summary>A silo's worker slots: as many as it has threads.</summary>
public sealed class WorkerSlots(
    IGrainFactory grains, TileWorker tiles, ILogger<WorkerSlot> logger)
{
    private readonly ConcurrentDictionary<string, WorkerSlot> _slots = new(StringComparer.Ordinal);

    /// <summary>The slot of this key, begun when first asked for.</summary>
    public WorkerSlot Start(string key) => _slots.GetOrAdd(key, name =>
    {
        WorkerSlot slot = new(name, grains, tiles, logger);
        slot.Start();
        return slot;
    });

    /// <summary>Drains all.</summary>
    public Task DrainAsync() => Task.WhenAll(_slots.Values.Select(slot => slot.DrainAsync()));
}
