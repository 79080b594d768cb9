using MuSc.Engine.Tiles;

namespace MuSc.Grains.Messages;

/// <summary>A tile on the wire.</summary>
[GenerateSerializer, Immutable, Alias("musc.tile")]
public readonly record struct TileSurrogate([property: Id(0)] int Pass, [property: Id(1)] int Row, [property: Id(2)] int Column);

/// <summary>Lets tiles travel.</summary>
[RegisterConverter]
public sealed class TileConverter : IConverter<Tile, TileSurrogate>
{
    public Tile ConvertFromSurrogate(in TileSurrogate surrogate) => new(surrogate.Pass, surrogate.Row, surrogate.Column);

    public TileSurrogate ConvertToSurrogate(in Tile value) => new(value.Pass, value.Row, value.Column);
}

/// <summary>A tile that its owners have, and in which of their epochs; 0 for a block that takes nothing in the pass.</summary>
[GenerateSerializer, Immutable, Alias("musc.tile-done")]
public readonly record struct TileDoneMessage(
    [property: Id(0)] Tile Tile, [property: Id(1)] long RowEpoch, [property: Id(2)] long ColumnEpoch);

/// <summary>A tile that a worker could not do, and why.</summary>
[GenerateSerializer, Immutable, Alias("musc.tile-failed")]
public sealed record TileFailedMessage([property: Id(0)] Tile Tile, [property: Id(1)] string Error);

/// <summary>What a worker says when it asks for work.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Generation">The generation of features that it works with; 0 where it has none yet.</param>
/// <param name="Done">Tiles done since it last asked.</param>
/// <param name="Working">Tiles that it is at; leases on others are taken back.</param>
/// <param name="Held">Blocks whose tokens it has.</param>
/// <param name="Count">How many more tiles it wants; 0 only renews.</param>
/// <param name="Failed">A tile that failed since it last asked, in a way that says nothing of the cluster; or null.</param>
[GenerateSerializer, Immutable, Alias("musc.work-request")]
public sealed record WorkRequest(
    [property: Id(0)] string Worker,
    [property: Id(1)] int Generation,
    [property: Id(2)] TileDoneMessage[] Done,
    [property: Id(3)] Tile[] Working,
    [property: Id(4)] int[] Held,
    [property: Id(5)] int Count,
    [property: Id(6)] TileFailedMessage? Failed = null);

/// <summary>What it gets.</summary>
/// <param name="Generation">The generation of features that the tiles belong to.</param>
/// <param name="Tiles">Tiles to work on, leased to it.</param>
/// <param name="Ended">Whether the job needs nobody any more.</param>
[GenerateSerializer, Immutable, Alias("musc.work-reply")]
public sealed record WorkReply(
    [property: Id(0)] int Generation, [property: Id(1)] Tile[] Tiles, [property: Id(2)] bool Ended);
