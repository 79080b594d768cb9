namespace MuSc.Evaluation.Studies;

/// <summary>One row of an ablation.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Patch">How patches are scored.</param>
/// <param name="Windows">RsCIN's windows; empty for none, <see cref="FullWindow"/> for all images.</param>
public sealed record StudySetting(string Name, PatchSetting Patch, IReadOnlyList<int> Windows)
{
    /// <summary>A window that holds every image of any set.</summary>
    public const int FullWindow = int.MaxValue;
}
