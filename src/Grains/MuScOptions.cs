using Microsoft.Extensions.Options;
using MuSc.Grains.Storage;

namespace MuSc.Grains;

/// <summary>What a silo does in the cluster, and with what.</summary>
public sealed class MuScOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "MuSc";

    private long? _memoryBytes;

    /// <summary>
    /// What this silo is for, with commas between: <c>extract</c>, <c>score</c>, <c>coordinate</c>, <c>gateway</c>. The default is all.
    /// </summary>
    public string Roles { get; set; } = "extract,score,coordinate,gateway";

    /// <summary>Where networks run here and images score each other: <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>. The default is <c>cpu</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// A name for this kind of machine, where machines of the cluster compute differently in a way that they cannot see themselves, such as
    /// models of graphics processors. It is part of the numeric profile, so that no job mixes them. At most 64 characters, no
    /// semicolon. The default is none.
    /// </summary>
    public string Hardware { get; set; } = string.Empty;

    /// <summary>Bytes that the silo's process may take in all, such as a container's limit; 0 where that is not known, as by default.</summary>
    public long ProcessBytes { get; set; }

    /// <summary>
    /// Bytes for features, packed tokens and kept values, at least 64 MiB. The default is half of <see cref="ProcessBytes"/>, the rest being for
    /// networks, images and the runtime, or 2 GiB.
    /// </summary>
    public long MemoryBytes
    {
        get => _memoryBytes ?? (ProcessBytes > 0 ? ProcessBytes / 2 : 2L << 30);
        set => _memoryBytes = value;
    }

    /// <summary>A folder that every silo reaches under the same path: results, snapshots, sets of images. Required.</summary>
    public string ResultsRoot { get; set; } = string.Empty;

    /// <summary>A folder of this silo alone, for features that do not fit in memory. The default is below the system's temporary folder.</summary>
    public string Scratch { get; set; } = Path.Combine(Path.GetTempPath(), "musc-silo");

    /// <summary>
    /// Folders from whose files jobs may take backbones, besides the installed ones. The default is none: a job then names a backbone
    /// that <c>musc model</c> lists.
    /// </summary>
    public IList<string> BackboneRoots { get; } = [];

    /// <summary>
    /// Folders from whose files jobs may take images and tokens, links followed, besides sets that were sent; <c>*</c> is every folder. The default is
    /// none, but every folder where a whole cluster serves one machine only (loopback).
    /// </summary>
    public IList<string> InputRoots { get; } = [];

    /// <summary>Images that a set may have that was sent, at least 1. The default is 100,000.</summary>
    public int SetImages { get; set; } = 100_000;

    /// <summary>Bytes that a set may have that was sent, at least 1. The default is 64 GiB.</summary>
    public long SetBytes { get; set; } = 64L << 30;

    /// <summary>Bytes that an image of such a set may have, at least 1. The default is 256 MiB.</summary>
    public long ImageBytes { get; set; } = 256L << 20;

    /// <summary>Time after which a set is deleted with which nothing was done and that no job uses, at least a minute. The default is 7 days.</summary>
    public TimeSpan SetTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Threads that one job gets for networks, kernels and averages, at least 1; several jobs share the processors. The default is one per processor.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>How long a worker's lease holds unless renewed, at least 1 second. The default is 15 seconds.</summary>
    public TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Time after which an owner that receives minima writes a snapshot where that is cheap, at least 1 second. The default is 30 seconds.</summary>
    public TimeSpan SnapshotInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of an owner's deliveries after which it writes a snapshot where that is cheap, above 0 and at most 1. The default is 0.02.</summary>
    public double SnapshotShare { get; set; } = 0.02;

    /// <summary>How long a job and its results are kept after its end unless it says so itself, at least a minute. The default is until somebody deletes them.</summary>
    public TimeSpan? KeepFor { get; set; }

    /// <summary>Time after which a job of which nothing gets done fails, at least 1 second. The default is 30 minutes.</summary>
    public TimeSpan StallTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The roles, one by one.</summary>
    public IReadOnlyList<string> RoleList => Roles.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is wrong with the settings, each line naming one; empty if nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (RoleList.Count == 0 || RoleList.Except(SiloRoles.All).Any())
        {
            yield return $"{Section}:Roles is '{Roles}'; it lists one or more of {string.Join(", ", SiloRoles.All)}.";
        }

        if (ResultsRoot.Length == 0)
        {
            yield return $"{Section}:ResultsRoot is not set; it is a folder that every silo reaches under the same path.";
        }

        if (ProcessBytes < 0)
        {
            yield return $"{Section}:ProcessBytes is {ProcessBytes}; it is not negative.";
        }

        if (MemoryBytes < 64L << 20)
        {
            yield return $"{Section}:MemoryBytes is {MemoryBytes}; at least {64L << 20} (64 MiB) are needed.";
        }

        if (Threads < 1)
        {
            yield return $"{Section}:Threads is {Threads}; at least 1 is needed.";
        }

        if (LeaseTime < TimeSpan.FromSeconds(1))
        {
            yield return $"{Section}:LeaseTime is {LeaseTime}; at least 00:00:01 is needed.";
        }

        if (SnapshotInterval < TimeSpan.FromSeconds(1))
        {
            yield return $"{Section}:SnapshotInterval is {SnapshotInterval}; at least 00:00:01 is needed.";
        }

        if (KeepFor < TimeSpan.FromMinutes(1))
        {
            yield return $"{Section}:KeepFor is {KeepFor}; at least 00:01:00 is needed.";
        }

        if (InputRoots.Concat(BackboneRoots).FirstOrDefault(root => root != ListedRoots.Any && !Path.IsPathFullyQualified(root)) is { } relative)
        {
            yield return $"{Section}:{nameof(InputRoots)} and {Section}:{nameof(BackboneRoots)} list whole paths of folders, not '{relative}'.";
        }

        foreach ((string name, long value) in new[] { (nameof(SetImages), (long)SetImages), (nameof(SetBytes), SetBytes), (nameof(ImageBytes), ImageBytes) })
        {
            if (value < 1)
            {
                yield return $"{Section}:{name} is {value}; at least 1 is needed.";
            }
        }

        if (SetTime < TimeSpan.FromMinutes(1))
        {
            yield return $"{Section}:SetTime is {SetTime}; at least 00:01:00 is needed.";
        }

        if (StallTime < TimeSpan.FromSeconds(1))
        {
            yield return $"{Section}:StallTime is {StallTime}; at least 00:00:01 is needed.";
        }

        if (Hardware.Length > 64 || Hardware.Any(letter => letter == ';' || char.IsControl(letter)))
        {
            yield return $"{Section}:Hardware is a name of at most 64 characters, without semicolons.";
        }

        if (SnapshotShare is not (> 0 and <= 1))
        {
            yield return $"{Section}:SnapshotShare is {SnapshotShare}; it lies above 0 and is at most 1.";
        }

        if (Contracts.Device.TryParse(Device) is null)
        {
            yield return $"{Section}:Device is '{Device}'; it is cpu, cuda or cuda:n.";
        }
    }
}

/// <summary>Checks the settings.</summary>
public sealed class MuScOptionsValidator : IValidateOptions<MuScOptions>
{
    public ValidateOptionsResult Validate(string? name, MuScOptions options)
    {
        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

/// <summary>What a silo may be for.</summary>
public static class SiloRoles
{
    /// <summary>Decodes images and runs backbones.</summary>
    public const string Extract = "extract";

    /// <summary>Scores tiles and owns blocks.</summary>
    public const string Score = "score";

    /// <summary>Coordinates jobs.</summary>
    public const string Coordinate = "coordinate";

    /// <summary>Takes connections of clients.</summary>
    public const string Gateway = "gateway";

    /// <summary>Has a graphics processor; follows from the device, not set by hand.</summary>
    public const string Gpu = "gpu";

    /// <summary>Those that can be set.</summary>
    public static IReadOnlyList<string> All { get; } = [Extract, Score, Coordinate, Gateway];
}
