namespace MuSc.Scoring.Metrics.Pixels;

/// <summary>Where a <see cref="PixelAccumulator"/> rests its pixels, about two bytes each; thread-safe.</summary>
public interface IRunStore
{
    /// <summary>Keeps some bytes.</summary>
    /// <returns>The number by which they are read again.</returns>
    int Write(ReadOnlySpan<byte> run);

    /// <summary>Reads some of the bytes that were kept under a number.</summary>
    /// <param name="run">The number.</param>
    /// <param name="offset">The first byte to read.</param>
    /// <param name="bytes">Is filled wholly.</param>
    void Read(int run, int offset, Span<byte> bytes);
}
