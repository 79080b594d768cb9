using MuSc.Contracts;

namespace MuSc.Engine.Local;

/// <summary>An image after the check.</summary>
/// <param name="File">The image.</param>
/// <param name="Width">Columns, 0 where it cannot be used.</param>
/// <param name="Height">Rows.</param>
/// <param name="Hash">SHA-256 of the file's bytes, empty where it cannot be used.</param>
/// <param name="Problem">Why it cannot be used, or null.</param>
internal sealed record CheckedImage(ImageFile File, int Width, int Height, string Hash, string? Problem);
