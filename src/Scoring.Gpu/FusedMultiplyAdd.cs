using System.Reflection;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace MuSc.Scoring.Gpu;

/// <summary>a · b + c with one rounding, on every device: what the bits of a dot product rest on.</summary>
internal static class FusedMultiplyAdd
{
    /// <summary>a · b + c, rounded once.</summary>
    [IntrinsicImplementation]
    public static float Of(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    /// <summary>Makes a context know it: ILGPU has no such operation of its own.</summary>
    public static Context.Builder Register(Context.Builder builder)
    {
        builder.GetIntrinsicManager().RegisterMethod(
            Method(nameof(Of)), new PTXIntrinsic(Method(nameof(Generate)), IntrinsicImplementationMode.GenerateCode));
        return builder;
    }

    // NVIDIA's instruction of that meaning: round to nearest, numbers below the normal ones kept.
    private static void Generate(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        PTXRegisterAllocator.PrimitiveRegister[] operands = [.. Enumerable.Range(0, 3).Select(at => generator.LoadPrimitive(value[at]))];
        PTXRegisterAllocator.HardwareRegister target = generator.AllocateHardware(value);
        using PTXCodeGenerator.CommandEmitter command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(target);
        Array.ForEach(operands, operand => command.AppendArgument(operand));
    }

    private static MethodInfo Method(string name) => typeof(FusedMultiplyAdd).GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
}
