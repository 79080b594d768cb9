using Microsoft.Win32.SafeHandles;
using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Scoring.Metrics;

namespace MuSc.Evaluation;

/// <summary>Rests pixels in a temporary file that nobody else sees and that goes with this object.</summary>
public sealed class TemporaryRunStore : IRunStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<long> _starts = [];
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"musc-{Guid.NewGuid():N}.pixels");
    private readonly SafeFileHandle _file;
    private long _end;

    /// <summary>Makes the file.</summary>
    /// <exception cref="JobException">The folder for temporary files cannot be written to.</exception>
    public TemporaryRunStore() => _file = DiskError.Tell(
        _path, () => File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));

    /// <inheritdoc/>
    /// <exception cref="JobException">The disk is full.</exception>
    public int Write(ReadOnlySpan<byte> run)
    {
        long start;
        int id;
        lock (_lock)
        {
            start = _end;
            _end += run.Length;
            id = _starts.Count;
            _starts.Add(start);
        }

        try
        {
            RandomAccess.Write(_file, run, start);
        }
        catch (IOException error)
        {
            throw DiskError.Of(_path, error);
        }

        return id;
    }

    /// <inheritdoc/>
    public void Read(int run, int offset, Span<byte> bytes)
    {
        long position;
        lock (_lock)
        {
            position = _starts[run] + offset;
        }

        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(_file, bytes, position);
            if (read == 0)
            {
                throw new EndOfStreamException($"{_path} is shorter than what was written to it.");
            }

            bytes = bytes[read..];
            position += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
