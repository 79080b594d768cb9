using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;

namespace MuSc.Scoring.Gpu.Tests;

/// <summary>What NVIDIA's driver is given to run, which needs no graphics processor to be looked at.</summary>
public sealed partial class DeviceCodeTests
{
    [Fact]
    public void MaxDots_ForNvidia_KeepsAllInRegistersAndRoundsOnce()
    {
        string code = Compile(nameof(MaxDotsKernel.MaxDots));
        Assert.Equal(64, Regex.Count(code, @"fma\.rn\.f32"));
        Assert.Equal(4, Regex.Count(code, @"ld\.shared\.v4\.f32"));
        Assert.Equal(2, Regex.Count(code, @"ld\.global\.v4\.f32"));
        Assert.DoesNotContain(".local", code, StringComparison.Ordinal);
        Assert.DoesNotContain(".ftz", code, StringComparison.Ordinal);
        Assert.DoesNotMatch(OtherArithmetic(), code);
    }

    // Sums or products of floats that round elsewhere.
    [GeneratedRegex(@"\b(add|mul|mad|sub)(\.rn)?\.f32")]
    private static partial Regex OtherArithmetic();

    private static string Compile(string kernel)
    {
        using Context context = Context.Create(builder => Gpu.Prepare(builder));
        CudaArchitecture architecture = CudaArchitecture.SM_80;
        using PTXBackend backend = new(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_70, null);
        MethodInfo method = typeof(MaxDotsKernel).GetMethod(kernel)!;
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), default)).PTXAssembly;
    }
}
