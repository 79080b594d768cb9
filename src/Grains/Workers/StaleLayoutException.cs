namespace MuSc.Grains.Workers;

/// <summary>The job's features have changed since its layout was asked for; ask again.</summary>
public sealed class StaleLayoutException() : Exception("The job's features have changed since its layout was asked for.");
