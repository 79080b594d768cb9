using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>
/// The one libvips of the process: no cache of operations, one thread an image (images are what runs in parallel), and
/// nothing said on the console.
/// </summary>
internal static unsafe class Vips
{
    // GLib's GLogLevelFlags: error, critical and warning; and all of them.
    private const int SeriousLevels = 0b1_1100, AllLevels = ~0b11;

    private static readonly Lazy<ReaderWriterLockSlim> Gate = new(Start);

    // The log handler is a bare C function; whose call it was called from is known only by the thread.
    [ThreadStatic]
    private static bool _warned;

    /// <summary>
    /// Runs a chain of libvips calls. libvips gathers its texts in one place for all threads; so a chain that failed or
    /// warned runs once more alone, and the text that is then judged or thrown is its own.
    /// </summary>
    /// <param name="chain">The calls; all that they do happens on this thread.</param>
    /// <param name="isDamage">Whether a warning's text makes the result worthless; without it warnings do not matter.</param>
    /// <exception cref="VipsException">The chain failed, or warned of damage.</exception>
    public static T Run<T>(Func<T> chain, Predicate<string>? isDamage = null)
    {
        ReaderWriterLockSlim gate = Gate.Value;
        gate.EnterReadLock();
        try
        {
            _warned = false;
            T result = chain();
            if (!_warned || isDamage is null)
            {
                return result;
            }
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
            _warned = false;
            T result = chain();
            string warnings = TakeText();
            return _warned && isDamage?.Invoke(warnings) == true ? throw new VipsException(warnings) : result;
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
    public static VipsException Failure() => new(TakeText() is { Length: > 0 } text ? text : "libvips gives no reason");

    private static string TakeText()
    {
        byte* text = NativeVips.TakeErrors();
        try
        {
            string[] lines = Marshal.PtrToStringUTF8((nint)text)?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
            return string.Join("; ", lines.Distinct());
        }
        finally
        {
            NativeVips.Free(text);
        }
    }

    private static ReaderWriterLockSlim Start()
    {
        NativeVips.SetDefaultLogHandler(&Listen, 0);
        if (NativeVips.Init("musc") != 0)
        {
            throw new InvalidOperationException($"libvips does not start: {Failure().Message}");
        }

        // After the start, which would put its own handler here for those who set VIPS_WARNING.
        NativeVips.SetLogHandler("VIPS", AllLevels, &Listen, 0);
        NativeVips.SetConcurrency(1);
        NativeVips.SetCacheSize(0);
        return new ReaderWriterLockSlim();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Listen(byte* domain, int level, byte* message, nint data) => _warned |= (level & SeriousLevels) != 0;
}
