namespace MuSc.Contracts;

/// <summary>What becomes of the values that an interval keeps (paper, Table 5).</summary>
public enum Reduction
{
    /// <summary>Their mean, the method's default.</summary>
    Mean,

    /// <summary>The smallest of them.</summary>
    Min,

    /// <summary>The largest of them.</summary>
    Max,
}
