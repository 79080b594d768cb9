namespace MuSc.Features.Import.Safetensors;

/// <summary>The element types of the safetensors format, by the names that its header uses.</summary>
internal static class TensorType
{
    public const string F16 = "F16";
    public const string BF16 = "BF16";
    public const string F32 = "F32";

    /// <summary>Bits of one element; 0 for a type that the format does not know.</summary>
    public static int Bits(string name) => name switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 8,
        "I16" or "U16" or F16 or BF16 => 16,
        "I32" or "U32" or F32 => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => 0,
    };
}
