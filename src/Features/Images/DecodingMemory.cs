namespace MuSc.Features.Images;

/// <summary>
/// Memory of this process for decoded images, of which every thread takes what its image needs: many small images are decoded at the
/// same time, large ones wait for each other.
/// </summary>
public sealed class DecodingMemory : IDisposable
{
    // As RGB, and once more where the decoder holds the whole image or it is turned.
    private const int PixelBytes = 6;

    private static readonly object Gate = new();
    private static long _taken;
    private long _own;

    /// <summary>Bytes for all threads together, at least 1; one image may have more while it is alone. The default is 512 MiB.</summary>
    public static long Budget { get; set; } = 1L << 29;

    /// <summary>Waits until there is room for an image.</summary>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    internal void Take(int width, int height)
    {
        long bytes = (long)width * height * PixelBytes;
        lock (Gate)
        {
            while (_taken > 0 && _taken + bytes > Budget)
            {
                Monitor.Wait(Gate);
            }

            _taken += bytes;
            _own += bytes;
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _taken -= _own;
            _own = 0;
            Monitor.PulseAll(Gate);
        }
    }
}
