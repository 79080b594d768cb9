using MuSc.Engine.Tiles;

namespace MuSc.Grains.Messages;

/// <summary>The minima of a block's images against a partner block's in one pass, those that matter.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Partner">The partner block.</param>
/// <param name="Present">Which are there; empty if all are (<see cref="SparseDots"/>).</param>
/// <param name="Dots">Those of [n × m × P] that are there, float32.</param>
/// <param name="Floors">Of how many scorers the sender's floors know; 0 if it has none.</param>
[GenerateSerializer, Immutable, Alias("musc.delivery")]
public sealed record DeliveryMessage(
    [property: Id(0)] int Pass,
    [property: Id(1)] int Partner,
    [property: Id(2)] Payload Present,
    [property: Id(3)] Payload Dots,
    [property: Id(4)] int Floors)
{
    /// <summary>Bytes of the values.</summary>
    public long Bytes => Present.Length + Dots.Length;

    /// <summary>Refuses a delivery that is more than one message may hold.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public DeliveryMessage Guard()
    {
        MessageSize.Guard(Bytes, $"A delivery in pass {Pass} from block {Partner}");
        return this;
    }

    /// <summary>Hands the values over.</summary>
    /// <returns>Whether they were news.</returns>
    /// <exception cref="ArgumentException">They are not for this owner, or not whole.</exception>
    public bool DeliverTo(OwnedBlock owned)
    {
        int count = owned.Expected(Pass, Partner);
        (int present, int values) = (Present.Length, Dots.Length);
        using NativeFloats memory = new(count + ((present + values) / sizeof(float)) + 1L);
        Span<float> dots = memory.Slice(0, count);
        Span<byte> packed = MemoryMarshal.AsBytes(memory.Slice(count, checked((int)memory.Length) - count));
        Present.CopyTo(packed);
        Dots.CopyTo(packed[present..]);
        SparseDots.Unpack(packed[..present], packed.Slice(present, values), dots);
        return owned.Deliver(Pass, Partner, dots);
    }
}

/// <summary>An owner's answer to a delivery.</summary>
/// <param name="Epoch">The owner's epoch.</param>
/// <param name="Scorers">Of how many scorers the floors know; 0 if there are none.</param>
/// <param name="Floors">[n × P] float16 as of <see cref="BlockFloors"/>, where the sender gains by them.</param>
[GenerateSerializer, Immutable, Alias("musc.delivered")]
public sealed record DeliveredMessage([property: Id(0)] long Epoch, [property: Id(1)] int Scorers, [property: Id(2)] byte[] Floors)
{
    public static DeliveredMessage Of(long epoch, BlockFloors? floors) => floors is null
        ? new(epoch, 0, [])
        : new(epoch, floors.Scorers, MemoryMarshal.AsBytes(floors.Values.AsSpan()).ToArray());

    /// <summary>The floors, if there are any.</summary>
    public BlockFloors? ToFloors() => Scorers == 0 ? null : new(Scorers, MemoryMarshal.Cast<byte, Half>(Floors).ToArray());
}

/// <summary>What a block's owner has.</summary>
/// <param name="Block">The block.</param>
/// <param name="Epoch">The owner's epoch.</param>
/// <param name="Received">For each pass that is begun and not finished, for each block whether its minima are in.</param>
/// <param name="Finished">Passes of which nothing is missing.</param>
/// <param name="Stored">Whether the block's patch scores are stored.</param>
[GenerateSerializer, Immutable, Alias("musc.block-report")]
public sealed record BlockReportMessage(
    [property: Id(0)] int Block,
    [property: Id(1)] long Epoch,
    [property: Id(2)] Dictionary<int, bool[]> Received,
    [property: Id(3)] HashSet<int> Finished,
    [property: Id(4)] bool Stored)
{
    public static BlockReportMessage Of(BlockReport report, bool stored) =>
        new(report.Block, report.Epoch, new(report.Received), [.. report.Finished], stored);

    public BlockReport ToReport() => new(Block, Epoch, Received, Finished);
}
