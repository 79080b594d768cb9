using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Features.Backbones;

/// <summary>What a network's bits depend on, in words; equal profiles give equal bits on the processor.</summary>
internal static class NumericProfile
{
    /// <summary>For example <c>onnxruntime 1.29.0; cpu X64 AVX-512; batch 1; backbone 1f3a…</c>.</summary>
    public static string Describe(BackboneInfo backbone, ExtractionOptions options)
    {
        string where = options.Device.Cuda is null ? $"cpu {RuntimeInformation.ProcessArchitecture} {InstructionSet()}" : "cuda";
        return $"onnxruntime {Runtime.Instance.GetVersionString()}; {where}; batch {options.Batch}; backbone {backbone.Sha256}";
    }

    private static string InstructionSet() =>
        Avx512F.IsSupported ? "AVX-512"
        : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
        : Avx.IsSupported ? "AVX"
        : Vector128.IsHardwareAccelerated ? "128-bit"
        : "scalar";
}
