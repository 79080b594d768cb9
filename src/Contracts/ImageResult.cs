namespace MuSc.Contracts;

/// <summary>One image's line in the results.</summary>
/// <param name="Name">The image's name, or its row number where tokens had no names.</param>
/// <param name="Score">Image score after RsCIN; not available for a skipped image.</param>
/// <param name="ScoreBefore">Image score before RsCIN.</param>
/// <param name="Rank">1 for the most anomalous; equal scores in the order of the images.</param>
/// <param name="Width">Columns of the original image, 0 where there is none.</param>
/// <param name="Height">Rows of the original image.</param>
/// <param name="Skipped">Why the image was left out, or null.</param>
public sealed record ImageResult(string Name, double? Score, double? ScoreBefore, int? Rank, int Width, int Height, string? Skipped);
