using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Width of the vectors that a kernel computes with. Every width gives the same bits.</summary>
public enum VectorWidth
{
    /// <summary>128 bits, 4 lanes: every processor, also Arm.</summary>
    Bits128 = 128,

    /// <summary>256 bits, 8 lanes: AVX2 with FMA.</summary>
    Bits256 = 256,

    /// <summary>512 bits, 16 lanes: AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>Chooses the vector width at run time.</summary>
public static class VectorWidths
{
    /// <summary>The widest vectors that this processor computes with at full speed.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
