namespace MuSc.Engine.Ledger;

/// <summary>How a ledger leases.</summary>
public sealed record LedgerOptions
{
    /// <summary>How long a lease holds unless renewed; more than zero. The default is 30 seconds.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maps worked on at once, at least 1: owners hold accumulators for so many. The default is 2.</summary>
    public int MapsInFlight { get; init; } = 2;
}
