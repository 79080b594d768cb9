using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MuSc.Scoring.NearestPatch;

/// <summary>Lays an image out for the pruned kernel: its tokens, and what bounds are made of.</summary>
internal readonly ref struct PrunedPacking(TokenBasis basis, Screen screen, int width, int patches, Span<float> packed)
{
    private readonly Span<float> _packed = packed;
    private readonly PrunedLayout _layout = new(patches, basis.Channels, screen, width);
    private readonly float[] _coefficients = new float[screen.Directions];
    private readonly double[] _rest = new double[basis.PaddedChannels];

    public void Pack(ReadOnlySpan<float> tokens)
    {
        int channels = basis.Channels;
        tokens[..(patches * channels)].CopyTo(_packed);
        for (int place = 0; place < _layout.Panels * width; place++)
        {
            // The last panel is filled up with copies of the last patch.
            basis.Split(tokens.Slice(Math.Min(place, patches - 1) * channels, channels), _coefficients, _rest);
            if (screen.Bytes)
            {
                PutBytes(place, channels);
            }
            else
            {
                Put(_layout.AsRows, place, [ScreenMargin.RoundUp(Math.Sqrt(DoubleVectors.Dot(_rest, _rest)))]);
            }
        }
    }

    /// <summary>With r = q + e: r·r' ≤ q·q' + ‖q‖·‖e'‖ + ‖e‖·(‖q'‖ + ‖e'‖).</summary>
    private void PutBytes(int place, int channels)
    {
        int length = ByteDots.PanelLength(channels);
        Span<sbyte> panel = MemoryMarshal.Cast<float, sbyte>(_packed[_layout.Bytes..]).Slice(place / width * length, length);
        ByteResidual residual = ByteResidual.Quantize(_rest, channels, panel[(place % width * 4)..], width * 4);
        Put(_layout.AsRows, place, [residual.Length, residual.Error]);
        Put(_layout.AsColumns, place, [residual.Error, MathF.BitIncrement(residual.Length + residual.Error)]);
        _packed[_layout.Scales + place] = residual.Scale;
        MemoryMarshal.Cast<float, int>(_packed[_layout.Sums..])[place] = residual.Sum;
    }

    /// <summary>One patch's lane of a panel.</summary>
    private void Put(int panels, int place, ReadOnlySpan<float> lengths)
    {
        Span<float> lane = _packed[(panels + (place / width * width * screen.Channels) + (place % width))..];
        int at = 0;
        foreach (float coefficient in _coefficients)
        {
            lane[at++ * width] = coefficient;
        }

        foreach (float length in lengths)
        {
            lane[at++ * width] = length;
        }
    }
}

/// <summary>Where the parts of a packed image lie, in floats, behind the [P × C] tokens as they came. All start at multiples of 16 floats.</summary>
internal readonly struct PrunedLayout
{
    public PrunedLayout(int patches, int channels, Screen screen, int width)
    {
        Panels = NearestPatch.Panels.Count(patches, width);
        int panels = RoundUp(Panels * width * screen.Channels);
        AsRows = RoundUp(checked(patches * channels));
        AsColumns = screen.Bytes ? AsRows + panels : AsRows;
        Scales = AsColumns + panels;
        int perPatch = screen.Bytes ? RoundUp(Panels * width) : 0;
        Sums = Scales + perPatch;
        Bytes = Sums + perPatch;
        Length = checked(Bytes + (screen.Bytes ? Panels * ByteDots.PanelLength(channels) / sizeof(float) : 0));
    }

    /// <summary>Panels of the image.</summary>
    public int Panels { get; }

    /// <summary>[panels × channels of the screen × W]: coefficients, then lengths, for an image whose patches are rows.</summary>
    public int AsRows { get; }

    /// <summary>The same for columns; the same place where both are alike.</summary>
    public int AsColumns { get; }

    /// <summary>[panels × W] what one step of a patch's bytes stands for.</summary>
    public int Scales { get; }

    /// <summary>[panels × W] int: the sum of a patch's bytes.</summary>
    public int Sums { get; }

    /// <summary>[panels × ⌈C/4⌉ × W × 4] bytes.</summary>
    public int Bytes { get; }

    /// <summary>Floats in all.</summary>
    public int Length { get; }

    private static int RoundUp(int floats) => (floats + 15) & ~15;
}

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
