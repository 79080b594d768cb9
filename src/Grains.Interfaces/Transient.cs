using Orleans.Serialization;
using Orleans.Storage;

namespace MuSc.Grains;

/// <summary>Failures of a cluster that is changing: the same call may well succeed in a moment.</summary>
public static class Transient
{
    /// <summary>Whether the call should be tried again.</summary>
    public static bool Is(Exception error) => error
        is TimeoutException
        or SiloUnavailableException
        or OrleansMessageRejectionException
        or GatewayTooBusyException
        or InconsistentStateException
        or System.Data.Common.DbException
        or System.Net.Sockets.SocketException
        or (System.IO.IOException and not System.IO.FileNotFoundException)
        // A database's error that a grain of another silo met: its type does not travel.
        or CodecNotFoundException
        || (error is OrleansException && error.GetType() == typeof(OrleansException));
}
