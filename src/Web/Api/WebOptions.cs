namespace MuSc.Web.Api;

/// <summary>The limits of the HTTP API.</summary>
public sealed class WebOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Web";

    /// <summary>Where <see cref="Dashboard"/> is served.</summary>
    public const string DashboardPath = "/dashboard";

    /// <summary>Bytes that an image may have that is sent, at least 1. The default is 256 MiB.</summary>
    public long ImageBytes { get; set; } = 256L << 20;

    /// <summary>Bytes that a zip or tar may have that is sent, at least 1. The default is 16 GiB.</summary>
    public long ArchiveBytes { get; set; } = 16L << 30;

    /// <summary>Entries that a zip or tar may have, at least 1. The default is 100,000.</summary>
    public int ArchiveEntries { get; set; } = 100_000;

    /// <summary>How many times its packed length an entry of a zip may have, at least 1. The default is 200.</summary>
    public int ArchiveRatio { get; set; } = 200;

    /// <summary>Jobs of one key that may wait and run at once, at least 1. The default is 100.</summary>
    public int JobsOfKey { get; set; } = 100;

    /// <summary>Requests of one key a second, at least 1; for a moment four times as many. The default is 1,000.</summary>
    public int RequestsPerSecond { get; set; } = 1_000;

    /// <summary>Streams of events that one key may have open at once, at least 1. The default is 100.</summary>
    public int EventStreams { get; set; } = 100;

    /// <summary>
    /// Whether Orleans' dashboard is served at <c>/dashboard</c>, for admins; silos then count every call of a grain. It shows silos
    /// that have this set. The default is no.
    /// </summary>
    public bool Dashboard { get; set; }

    /// <summary>Where archives lie while they are unpacked. The default is the system's temporary folder.</summary>
    public string Scratch { get; set; } = Path.GetTempPath();

    /// <summary>What is wrong with the settings, each line naming one; empty if nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        foreach ((string name, long value) in new (string, long)[]
        {
            (nameof(ImageBytes), ImageBytes), (nameof(ArchiveBytes), ArchiveBytes), (nameof(ArchiveEntries), ArchiveEntries),
            (nameof(ArchiveRatio), ArchiveRatio), (nameof(JobsOfKey), JobsOfKey), (nameof(RequestsPerSecond), RequestsPerSecond),
            (nameof(EventStreams), EventStreams),
        })
        {
            if (value < 1)
            {
                yield return $"{Section}:{name} is {value}; at least 1 is needed.";
            }
        }
    }
}
