namespace MuSc.Grains;

/// <summary>How grains of a job are keyed.</summary>
public static class GrainKeys
{
    /// <summary>The one index of jobs.</summary>
    public const string Index = "jobs";

    /// <summary>A block of a job. Features of another generation have other bits, so that nothing of the old one may be mixed in.</summary>
    public static string Block(string job, int generation, int block) =>
        string.Create(CultureInfo.InvariantCulture, $"{job}/{generation}/{block}");

    /// <summary>What <see cref="Block"/> was made of.</summary>
    public static (string Job, int Generation, int Block) Parse(string key)
    {
        string[] parts = key.Split('/');
        return (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <summary>A worker slot of a silo.</summary>
    public static string Slot(string silo, int slot) => string.Create(CultureInfo.InvariantCulture, $"{silo}/{slot}");
}
