using MuSc.Engine.Files;
using MuSc.Grains.Placement;

namespace MuSc.Grains.Storage;

/// <summary>See <see cref="IUploadGrain"/>.</summary>
[RequireRole(SiloRoles.Coordinate)]
public sealed class UploadGrain(MuScOptions options) : Grain, IUploadGrain
{
    public async Task<string> WriteAsync(string name, long offset, byte[] bytes, CancellationToken cancellationToken)
    {
        MessageSize.Guard(bytes.Length, $"A part of {name}");
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        string path = PathBelow.Of(PathBelow.OfIdentifier(Path.Combine(options.ResultsRoot, "uploads"), this.GetPrimaryKeyString()), name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using Microsoft.Win32.SafeHandles.SafeFileHandle file =
                File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, FileOptions.Asynchronous);
            await RandomAccess.WriteAsync(file, bytes, offset, cancellationToken);
            return path;
        }
        catch (IOException error)
        {
            throw new IOException(DiskError.Of(path, error).Message);
        }
    }
}
