namespace MuSc.Grains.Storage;

/// <summary>Names of grain storage.</summary>
public static class StorageNames
{
    /// <summary>The one storage: in memory, or PostgreSQL.</summary>
    public const string Default = "musc";
}
