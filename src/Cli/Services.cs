using MuSc.Engine.Local;

namespace MuSc.Cli;

/// <summary>What commands work with.</summary>
internal static class Services
{
    /// <summary>Where jobs are scored: in this process.</summary>
    public static IScoringService Scoring() => new LocalScoringService();
}
