namespace MuSc.Grains.Owners;

/// <summary>What is stored of an owner: only who is the current one. What it has received lies in its snapshots.</summary>
[GenerateSerializer, Alias("musc.owner-record")]
public sealed class OwnerRecord
{
    /// <summary>Counts activations.</summary>
    [Id(0)] public long Epoch { get; set; }
}
