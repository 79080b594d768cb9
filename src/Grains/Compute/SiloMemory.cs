namespace MuSc.Grains.Compute;

/// <summary>How a silo divides <see cref="MuScOptions.MemoryBytes"/>; the rest is for tiles that are worked out and messages on their way.</summary>
/// <param name="Features">Bytes for features that it has extracted.</param>
/// <param name="Stages">Bytes for stages that it has fetched.</param>
/// <param name="Panels">Bytes for packed tokens.</param>
/// <param name="KeptValues">Bytes for the kept values of blocks that it owns.</param>
public sealed record SiloMemory(long Features, long Stages, long Panels, long KeptValues)
{
    private const double Divided = 0.9;

    public static SiloMemory Of(MuScOptions options)
    {
        int features = options.RoleList.Contains(SiloRoles.Extract) ? 5 : 0;
        int stages = options.RoleList.Contains(SiloRoles.Score) ? 3 : 0;
        double part = Divided * options.MemoryBytes / Math.Max(features + (stages * 4), 1);
        return new((long)(features * part), (long)(stages * part), (long)(stages * part), (long)(2 * stages * part));
    }
}
