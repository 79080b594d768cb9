using System.Runtime.InteropServices;
using MuSc.Engine.Ledger;

namespace MuSc.Grains.Messages;

/// <summary>The minima of a block's images against a partner block's on one map, those that matter.</summary>
/// <param name="Map">The map.</param>
/// <param name="Partner">The partner block.</param>
/// <param name="Present">Which are there; empty if all are (<see cref="SparseDots"/>).</param>
/// <param name="Dots">Those of [n × m × P] that are there, float32.</param>
/// <param name="Floors">Of how many scorers the sender's floors know; 0 if it has none.</param>
[GenerateSerializer, Immutable, Alias("musc.delivery")]
public sealed record DeliveryMessage(
    [property: Id(0)] int Map,
    [property: Id(1)] int Partner,
    [property: Id(2)] byte[] Present,
    [property: Id(3)] byte[] Dots,
    [property: Id(4)] int Floors)
{
    /// <summary>A delivery of these values, [n × m × P]; negative infinity is not sent.</summary>
    /// <exception cref="ArgumentException">They are more than one message may hold.</exception>
    public static DeliveryMessage Of(int map, int partner, ReadOnlySpan<float> dots, int floors)
    {
        (byte[] present, byte[] values) = SparseDots.Pack(dots);
        MessageSize.Guard((long)present.Length + values.Length, $"A delivery on map {map} from block {partner}");
        return new(map, partner, present, values, floors);
    }

    /// <summary>Bytes of the values.</summary>
    public long Bytes => Present.Length + Dots.Length;

    /// <summary>Hands the values over.</summary>
    /// <returns>Whether they were news.</returns>
    public bool DeliverTo(OwnedBlock owned) => owned.Deliver(Map, Partner, SparseDots.Unpack(Present, Dots, owned.Expected(Partner)));
}

/// <summary>An owner's answer to a delivery.</summary>
/// <param name="Epoch">The owner's epoch.</param>
/// <param name="Scorers">Of how many scorers the floors know; 0 if none are told.</param>
/// <param name="Floors">[n × P] float16 as of <see cref="BlockFloors"/>, where the sender gains by them.</param>
[GenerateSerializer, Immutable, Alias("musc.delivered")]
public sealed record DeliveredMessage([property: Id(0)] long Epoch, [property: Id(1)] int Scorers, [property: Id(2)] byte[] Floors)
{
    public static DeliveredMessage Of(long epoch, BlockFloors? floors) => floors is null
        ? new(epoch, 0, [])
        : new(epoch, floors.Scorers, MemoryMarshal.AsBytes(floors.Values.AsSpan()).ToArray());

    /// <summary>The floors, if they were told.</summary>
    public BlockFloors? ToFloors() => Scorers == 0 ? null : new(Scorers, MemoryMarshal.Cast<byte, Half>(Floors).ToArray());
}

/// <summary>What a block's owner has.</summary>
/// <param name="Block">The block.</param>
/// <param name="Epoch">The owner's epoch.</param>
/// <param name="Maps">Maps that are begun and not finished.</param>
/// <param name="Received">For each of them, a byte a block: 1 where its minima are in.</param>
/// <param name="Finished">Maps of which nothing is missing.</param>
/// <param name="Stored">Whether the block's patch scores are stored.</param>
[GenerateSerializer, Immutable, Alias("musc.block-report")]
public sealed record BlockReportMessage(
    [property: Id(0)] int Block,
    [property: Id(1)] long Epoch,
    [property: Id(2)] int[] Maps,
    [property: Id(3)] byte[][] Received,
    [property: Id(4)] int[] Finished,
    [property: Id(5)] bool Stored)
{
    public static BlockReportMessage Of(BlockReport report, bool stored) => new(
        report.Block,
        report.Epoch,
        [.. report.Received.Keys],
        [.. report.Received.Values.Select(bits => Array.ConvertAll(bits, bit => (byte)(bit ? 1 : 0)))],
        [.. report.Finished],
        stored);

    public BlockReport ToReport() => new(
        Block,
        Epoch,
        Maps.Zip(Received, (map, bits) => (map, bits)).ToDictionary(entry => entry.map, entry => Array.ConvertAll(entry.bits, bit => bit != 0)),
        Finished.ToHashSet());
}
