using NetVips;

namespace MuSc.Features.Images;

/// <summary>
/// The one libvips of the process: no cache of operations, one thread an image (images are what runs in parallel), and
/// nothing printed on the console.
/// </summary>
internal static class LibVips
{
    private const Enums.LogLevelFlags Serious = Enums.LogLevelFlags.Error | Enums.LogLevelFlags.Critical | Enums.LogLevelFlags.Warning;

    private static readonly Lazy<ReaderWriterLockSlim> Gate = new(Start);

    // libvips logs on the thread that called it, so this says whose call a warning belongs to.
    [ThreadStatic]
    private static bool _warned;

    /// <summary>
    /// Runs a chain of libvips calls. libvips gathers its error texts in one place for all threads; so a chain that failed or
    /// warned runs once more alone, and the text that is then judged or thrown is its own.
    /// </summary>
    /// <param name="chain">The calls; all that they do happens on this thread.</param>
    /// <param name="isDamage">Whether a warning's text makes the result worthless; without it warnings do not matter.</param>
    /// <exception cref="LibVipsException">The chain failed, or warned of damage.</exception>
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
            return RunAlone(chain, isDamage);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    private static T RunAlone<T>(Func<T> chain, Predicate<string>? isDamage)
    {
        _ = TakeText();
        _warned = false;
        T result;
        try
        {
            result = chain();
        }
        catch (VipsException e)
        {
            throw new LibVipsException(Reason(e) is { Length: > 0 } text ? text : "libvips gives no reason", e);
        }

        string warnings = TakeText();
        return _warned && isDamage?.Invoke(warnings) == true ? throw new LibVipsException(warnings) : result;
    }

    // NetVips' exception takes what libvips has gathered, and empties the place.
    private static string TakeText() => Reason(new VipsException(string.Empty));

    // The first line is NetVips' own, the name of the call.
    private static string Reason(VipsException exception) => string.Join(
        "; ",
        exception.Message.Split('\n', StringSplitOptions.TrimEntries).Skip(1).Where(line => line.Length > 0).Distinct());

    private static ReaderWriterLockSlim Start()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException($"libvips does not start: {ModuleInitializer.Exception?.Message}", ModuleInitializer.Exception);
        }

        foreach (string? domain in (string?[])["VIPS", "GLib", "GLib-GObject", "GLib-GIO", null])
        {
            Log.SetLogHandler(domain, Enums.LogLevelFlags.All, (_, level, _) => _warned |= (level & Serious) != 0);
        }

        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        return new ReaderWriterLockSlim();
    }
}

/// <summary>libvips refused; the message is its own, on one line.</summary>
internal sealed class LibVipsException(string message, Exception? inner = null) : Exception(message, inner);
