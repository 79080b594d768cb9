namespace MuSc.Evaluation;

/// <summary>One anomaly map.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Scores">[Height × Width] row-major; higher is more anomalous.</param>
public sealed record AnomalyImage(int Width, int Height, float[] Scores);
