using System.Runtime.InteropServices;

namespace MuSc.Features.Images;

/// <summary>One reference to an image or region of libvips.</summary>
internal sealed class VipsObject : SafeHandle
{
    /// <param name="instance">The reference to take over; zero where libvips failed to make one.</param>
    public VipsObject(nint instance)
        : base(0, ownsHandle: true) => SetHandle(instance);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeVips.Unreference(handle);
        return true;
    }
}
