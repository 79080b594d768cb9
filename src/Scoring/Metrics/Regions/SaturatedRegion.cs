namespace MuSc.Scoring.Metrics.Regions;

/// <summary>One annotated defect of MVTec LOCO AD: its pixels, and how many of them suffice to count it as found.</summary>
/// <param name="Pixels">Row-major indices of its pixels, ascending; regions may overlap.</param>
/// <param name="Saturation">Pixels at which it counts as wholly covered, above 0 and at most the number of its pixels.</param>
public sealed record SaturatedRegion(int[] Pixels, double Saturation);
