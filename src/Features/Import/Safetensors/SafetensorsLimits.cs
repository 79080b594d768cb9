namespace MuSc.Features.Import.Safetensors;

/// <summary>
/// What a header may hold. The format's own limit is 100 MB of JSON; the others keep what is allocated for it below 64 MB,
/// far above any real checkpoint (a ViT-L has about 300 tensors, a CLIP with its text half 600).
/// </summary>
internal static class SafetensorsLimits
{
    public const long HeaderBytes = 100_000_000;
    public const int Tensors = 32_768;
    public const int NameBytes = 256;
    public const int Rank = 8;
}
