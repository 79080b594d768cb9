namespace MuSc.Features.Images;

/// <summary>libvips refused; the message is its own, on one line.</summary>
internal sealed class VipsException(string message) : Exception(message);
