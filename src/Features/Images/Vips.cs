using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>
/// The one libvips of the process: no cache of operations, one thread an image (images are what runs in parallel), and
/// nothing said on the console.
/// </summary>
internal static unsafe class Vips
{
    private static readonly Lazy<ReaderWriterLockSlim> Gate = new(Start);

    /// <summary>
    /// Runs a chain of libvips calls. libvips gathers its error texts in one place for all threads; so a chain that failed
    /// runs once more alone, and the text that is then thrown is its own.
    /// </summary>
    /// <exception cref="VipsException">The chain failed.</exception>
    public static T Run<T>(Func<T> chain)
    {
        ReaderWriterLockSlim gate = Gate.Value;
        gate.EnterReadLock();
        try
        {
            return chain();
        }
        catch (VipsException)
        {
            // Once more, below.
        }
        finally
        {
            gate.ExitReadLock();
        }

        gate.EnterWriteLock();
        try
        {
            NativeVips.ClearErrors();
            return chain();
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Takes over what a libvips call returned.</summary>
    /// <exception cref="VipsException">It returned nothing.</exception>
    public static VipsObject Own(nint instance) => instance != 0 ? new VipsObject(instance) : throw Failure();

    /// <summary>Judges a libvips call's return code.</summary>
    /// <exception cref="VipsException">The call failed.</exception>
    public static void Check(int code)
    {
        if (code != 0)
        {
            throw Failure();
        }
    }

    /// <summary>The error that libvips tells of, whose text is taken from its store.</summary>
    public static VipsException Failure()
    {
        byte* text = NativeVips.TakeErrors();
        try
        {
            string[] lines = (Marshal.PtrToStringUTF8((nint)text) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return new VipsException(lines.Length > 0 ? string.Join("; ", lines.Distinct()) : "libvips gave no reason");
        }
        finally
        {
            NativeVips.Free(text);
        }
    }

    private static ReaderWriterLockSlim Start()
    {
        NativeVips.SetDefaultLogHandler(&Ignore, 0);
        if (NativeVips.Init("musc") != 0)
        {
            throw new InvalidOperationException($"libvips does not start: {Failure().Message}");
        }

        NativeVips.SetConcurrency(1);
        NativeVips.SetCacheSize(0);
        return new ReaderWriterLockSlim();
    }

    // Warnings about a file are part of its error where it is refused; elsewhere nobody could act on them.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, nint data)
    {
    }
}
