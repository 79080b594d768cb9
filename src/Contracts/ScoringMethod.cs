namespace MuSc.Contracts;

/// <summary>How a stage becomes maps (docs/method.md).</summary>
public enum Aggregation
{
    /// <summary>Uniform means over the windows of each degree, one map a degree (MuSc).</summary>
    Lnamd,

    /// <summary>Means weighted by likeness, all degrees in one map (MuSc-V2).</summary>
    Snamd,

    /// <summary>The same on tokens that are brought to unit length first; a variant of ours.</summary>
    SnamdL2,
}

/// <summary>By what images are compared when their scores are smoothed over those most alike.</summary>
public enum Rescoring
{
    /// <summary>By their class tokens (RsCIN).</summary>
    Class,

    /// <summary>By the features of their most anomalous patches (RsCon, MuSc-V2).</summary>
    Salient,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>The published methods: settings by one name.</summary>
public static class ScoringMethod
{
    /// <summary>MuSc (ICLR 2024).</summary>
    public const string MuSc = "musc";

    /// <summary>MuSc-V2 (TPAMI 2026), its part for images.</summary>
    public const string MuScV2 = "musc-v2";

    /// <summary>A job with a method's settings.</summary>
    /// <exception cref="FormatException">There is no such method.</exception>
    public static ScoringJobSpec Apply(string method, ScoringJobSpec job) => method switch
    {
        MuSc => job with { Aggregation = Aggregation.Lnamd, Rescoring = Rescoring.Class, Windows = UsualWindows(Rescoring.Class) },
        MuScV2 => job with { Aggregation = Aggregation.Snamd, Rescoring = Rescoring.Salient, Windows = UsualWindows(Rescoring.Salient) },
        _ => throw new FormatException($"'{method}' is not known; give {MuSc} or {MuScV2}."),
    };

    /// <summary>The windows of a way to rescore.</summary>
    public static IReadOnlyList<int> UsualWindows(Rescoring rescoring) => rescoring switch
    {
        Rescoring.Class => [1, 2, 3],
        Rescoring.Salient => [1, 7],
        _ => [],
    };

    /// <summary>The name of the method that a job's maps are of; how it rescores is beside it.</summary>
    public static string NameOf(ScoringJobSpec job) => job.Aggregation == Aggregation.Lnamd ? MuSc : MuScV2;
}
