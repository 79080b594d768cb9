namespace MuSc.Features.Images;

/// <summary>A decoded image: 8-bit RGB, rows from the top, no padding.</summary>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Pixels">[Height × Width × 3].</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);
