namespace MuSc.Engine.Mutual;

/// <summary>A strip of a map of a group: what is worked through one after the other.</summary>
/// <param name="Group">Index of the group.</param>
/// <param name="Map">Index of the map.</param>
/// <param name="Strip">Index of the strip.</param>
internal readonly record struct ScoringUnit(int Group, int Map, int Strip) : IComparable<ScoringUnit>
{
    public int CompareTo(ScoringUnit other) => (Group, Map, Strip).CompareTo((other.Group, other.Map, other.Strip));
}
