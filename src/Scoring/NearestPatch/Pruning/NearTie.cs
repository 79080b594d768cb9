namespace MuSc.Scoring.NearestPatch.Pruning;

/// <summary>A pair that may be the best of a patch, too near the best look to tell without the kernel's own order.</summary>
/// <param name="Row">Place in the first image.</param>
/// <param name="Column">Place in the second image.</param>
/// <param name="Dot">As looked at.</param>
/// <param name="OfRow">Whether it may be the row's best, or the column's.</param>
internal readonly record struct NearTie(int Row, int Column, float Dot, bool OfRow);
