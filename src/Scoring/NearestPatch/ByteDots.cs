using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>What the leading directions leave of a token in 8 bits a channel, and how well: r = scale·bytes + e.</summary>
/// <param name="Scale">What one step stands for.</param>
/// <param name="Sum">The sum of the bytes.</param>
/// <param name="Length">‖scale·bytes‖, rounded up.</param>
/// <param name="Error">‖e‖, rounded up.</param>
internal readonly record struct ByteResidual(float Scale, int Sum, float Length, float Error)
{
    private const int Largest = 127;

    /// <summary>Rounds r to bytes.</summary>
    /// <param name="rest">r, whole vectors with zeros past the last channel; overwritten.</param>
    /// <param name="channels">C.</param>
    /// <param name="bytes">Written four channels at a time, a stride apart, and filled up with zeros to a multiple of four.</param>
    /// <param name="stride">From four channels to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ByteResidual Quantize(Span<double> rest, int channels, Span<sbyte> bytes, int stride)
    {
        Span<Vector512<double>> rests = MemoryMarshal.Cast<double, Vector512<double>>(rest);
        Vector512<double> largest = default;
        foreach (Vector512<double> value in rests)
        {
            largest = Vector512.MaxNative(largest, Vector512.Abs(value));
        }

        double most = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            most = Math.Max(most, largest[lane]);
        }

        float step = (float)(most / Largest);
        Vector512<double> scale = Vector512.Create((double)step);
        Vector512<double> steps = Vector512.Create(step > 0 ? 1 / (double)step : 0);
        Vector512<double> limit = Vector512.Create((double)Largest);
        Vector512<double> sum = default, length = default, error = default;
        foreach (ref Vector512<double> value in rests)
        {
            // Rounding the step may take the largest a little past the last one.
            Vector512<double> rounded = Vector512.MinNative(Vector512.MaxNative(Vector512.Round(value * steps), -limit), limit);
            Vector512<double> off = value - (scale * rounded);
            sum += rounded;
            length += rounded * rounded;
            error += off * off;
            value = rounded;
        }

        for (int quad = 0; quad < (channels + 3) / 4; quad++)
        {
            ReadOnlySpan<double> from = rest.Slice(4 * quad, 4);
            Span<sbyte> to = bytes.Slice(quad * stride, 4);
            (to[0], to[1], to[2], to[3]) = ((sbyte)from[0], (sbyte)from[1], (sbyte)from[2], (sbyte)from[3]);
        }

        return new(
            step, (int)Vector512.Sum(sum), ScreenMargin.RoundUp(step * Math.Sqrt(Vector512.Sum(length))),
            ScreenMargin.RoundUp(Math.Sqrt(Vector512.Sum(error))));
    }
}

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
