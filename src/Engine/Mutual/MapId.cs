namespace MuSc.Engine.Mutual;

/// <summary>One map: a stage aggregated with one degree (docs/method.md, Aggregation).</summary>
/// <param name="Stage">Index of the stage, from 0.</param>
/// <param name="Degree">Aggregation degree r.</param>
public readonly record struct MapId(int Stage, int Degree)
{
    /// <summary>All maps in the order in which they are worked through and summed.</summary>
    public static IReadOnlyList<MapId> All(int stages, IReadOnlyList<int> degrees)
        => [.. Enumerable.Range(0, stages).SelectMany(stage => degrees.Select(degree => new MapId(stage, degree)))];
}
