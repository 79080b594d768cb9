namespace MuSc.Silo.Hosting;

/// <summary>
/// What a silo logs unless the configuration (<c>Logging:LogLevel</c>) says otherwise: warnings and errors, on standard error.
/// Categories that warn of what is no fault are quiet up to their errors.
/// </summary>
internal static class SiloLogging
{
    /// <summary>Where the program's own messages come from.</summary>
    private const string Own = "MuSc";

    private static readonly string[] Noisy =
    [
        // Each start: "Participant check thread has not completed for 00:29:55", though nothing was checked before.
        "Orleans.Runtime.Watchdog",
        // Each start: a recommendation of server garbage collection, which DOTNET_gcServer=1 gives where it pays.
        "Orleans.Runtime.Silo",
        // That threads wait for a processor: this program's own keep all of them busy.
        "Orleans.Runtime.MembershipService.LocalSiloHealthMonitor",
        // That the keys for cookies are not encrypted at rest: nobody but the server reads their folder.
        "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager",
        // That HTTP_PORTS of a container image is overridden by Silo:Listen.
        "Microsoft.AspNetCore.Hosting.Diagnostics",
    ];

    /// <summary>The levels, for the configuration.</summary>
    /// <param name="verbose">Also what is merely of interest.</param>
    public static IEnumerable<KeyValuePair<string, string?>> Levels(bool verbose)
    {
        yield return Level("Default", LogLevel.Warning);
        yield return Level(Own, verbose ? LogLevel.Information : LogLevel.Warning);
        // Every attempt of a retried call, the last as an error; whoever made the call gets it, and says so where it matters.
        yield return Level("Polly", verbose ? LogLevel.Warning : LogLevel.None);
        // Every message that found nobody, as at the stop of a whole cluster; whoever sent it gets the error.
        yield return Level("Orleans.Messaging", verbose ? LogLevel.Warning : LogLevel.None);
        foreach (string category in verbose ? [] : Noisy)
        {
            yield return Level(category, LogLevel.Error);
        }
    }

    private static KeyValuePair<string, string?> Level(string category, LogLevel level) => new($"Logging:LogLevel:{category}", $"{level}");
}
