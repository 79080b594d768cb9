using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MuSc.Features.Backbones;

/// <summary>
/// What the bits of features depend on besides the image, in words: <c>onnxruntime 1.31.1; cpu X64 AVX-512; batch 1; backbone 1f3a…</c>.
/// </summary>
public static class NumericProfile
{
    private const string Separator = "; ";

    // Of X86Base.CpuId: the leaf, the place of the register in its answer, the bit.
    private const int Ecx = 2;
    private const int Ebx = 1;

    /// <summary>The part that a machine gives: the runtime, and the instruction set or device that it runs on.</summary>
    /// <param name="device">Where networks run.</param>
    /// <param name="hardware">A name for what sets this kind of machine apart and cannot be seen from here, or empty.</param>
    public static string Platform(Device device, string hardware = "")
    {
        string where = device.Cuda is null ? $"cpu {RuntimeInformation.ProcessArchitecture} {InstructionSet()}" : "cuda";
        string name = hardware.Length == 0 ? string.Empty : $" ({hardware})";
        return $"onnxruntime {SessionOptionsFactory.Runtime.GetVersionString()}{Separator}{where}{name}";
    }

    /// <summary>The whole profile.</summary>
    /// <param name="platform">See <see cref="Platform"/>.</param>
    /// <param name="batch">Images in one run of the network.</param>
    /// <param name="backbone">The network.</param>
    public static string Of(string platform, int batch, BackboneInfo backbone) => $"{platform}{Separator}batch {batch}{Separator}backbone {backbone.Sha256}";

    /// <summary>Whether a profile is the one that is wanted, or belongs to the platform that is wanted.</summary>
    public static bool Fits(string profile, string wanted) => profile == wanted || profile.StartsWith(wanted + Separator, StringComparison.Ordinal);

    // ONNX Runtime chooses its kernels by what the processor says of itself. .NET's own view can be narrowed by settings
    // (DOTNET_EnableAVX512), which change no bit of a network's output.
    private static string InstructionSet() =>
        !X86Base.IsSupported ? Vector128.IsHardwareAccelerated ? "128-bit" : "scalar"
        : Has(7, Ebx, 16) ? "AVX-512"
        : Has(7, Ebx, 5) && Has(1, Ecx, 12) ? "AVX2"
        : Has(1, Ecx, 28) ? "AVX"
        : "128-bit";

    private static bool Has(int leaf, int register, int bit)
    {
        if (X86Base.CpuId(0, 0).Eax < leaf)
        {
            return false;
        }

        (int _, int ebx, int ecx, int _) = X86Base.CpuId(leaf, 0);
        return ((register == Ebx ? ebx : ecx) >> bit & 1) != 0;
    }
}
