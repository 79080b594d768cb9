namespace MuSc.Engine.Ledger;

/// <summary>What the ledger believes of a tile.</summary>
public enum TileState : byte
{
    /// <summary>Nobody works on it.</summary>
    Pending,

    /// <summary>A worker has it.</summary>
    Leased,

    /// <summary>Both owners have received it.</summary>
    Done,
}
