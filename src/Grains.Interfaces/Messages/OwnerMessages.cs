using System.Runtime.InteropServices;
using MuSc.Engine.Ledger;

namespace MuSc.Grains.Messages;

/// <summary>The minima of a block's images against a partner block's on one map.</summary>
/// <param name="Map">The map.</param>
/// <param name="Partner">The partner block.</param>
/// <param name="Dots">[n × m × P] float32, as <see cref="OwnedBlock.Deliver"/> wants them.</param>
[GenerateSerializer, Immutable, Alias("musc.delivery")]
public sealed record DeliveryMessage([property: Id(0)] int Map, [property: Id(1)] int Partner, [property: Id(2)] byte[] Dots)
{
    /// <summary>A delivery of these values.</summary>
    /// <exception cref="ArgumentException">They are more than one message may hold.</exception>
    public static DeliveryMessage Of(int map, int partner, ReadOnlySpan<float> dots)
    {
        MessageSize.Guard((long)dots.Length * sizeof(float), $"A delivery on map {map} from block {partner}");
        return new(map, partner, MemoryMarshal.AsBytes(dots).ToArray());
    }

    /// <summary>The values.</summary>
    public ReadOnlySpan<float> Values => MemoryMarshal.Cast<byte, float>(Dots);
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
