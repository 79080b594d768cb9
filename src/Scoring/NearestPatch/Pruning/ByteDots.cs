using System.Reflection;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>
/// Dot products of 8-bit numbers, four channels an instruction (AVX-512 VNNI), which .NET does not offer: a small C function
/// that the project builds where it finds a C compiler (Native/bytedots.c). Where it is missing, bounds do without.
/// </summary>
internal static unsafe partial class ByteDots
{
    /// <summary>Patches of a panel of bytes: that of vectors of 512 bits, three of 16 lanes.</summary>
    public const int Width = 48;

    private const string Library = "musc_bytedots";

    /// <summary>Whether the function was built and this processor has the instruction.</summary>
    public static bool IsSupported { get; } =
        Vector512.IsHardwareAccelerated
        && NativeLibrary.TryLoad(Library, Assembly.GetExecutingAssembly(), DllImportSearchPath.AssemblyDirectory, out _)
        && IsProcessorSupported() != 0;

    /// <summary>Bytes of a panel.</summary>
    public static int PanelLength(int channels) => (channels + 3) / 4 * 4 * Width;

    /// <summary>tile[r][c] += rowScales[r] · columnScales[c] · Σ rows[r]·columns[c], the sums exact in integers.</summary>
    /// <param name="rows">Panel, [⌈C/4⌉ × 48 × 4].</param>
    /// <param name="columns">Panel, [⌈C/4⌉ × 48 × 4].</param>
    /// <param name="quads">⌈C/4⌉.</param>
    /// <param name="rowSums">[48] each row's sum.</param>
    /// <param name="rowScales">[48].</param>
    /// <param name="columnScales">[48].</param>
    /// <param name="rowCount">Rows wanted; computed up to a multiple of 8.</param>
    /// <param name="tile">[48 × 48].</param>
    [LibraryImport(Library, EntryPoint = "musc_add_byte_dots")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    public static partial void Add(
        sbyte* rows, sbyte* columns, int quads, int* rowSums, float* rowScales, float* columnScales, int rowCount, float* tile);

    [LibraryImport(Library, EntryPoint = "musc_byte_dots_supported")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int IsProcessorSupported();
}
